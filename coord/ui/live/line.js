// One line to the server a browser tab, shared by all that is live on the page: it says which revision is the newest, and
// what time it is there. Everything here counts in performance.now(), never in the device's own clock.
function line() {
  if (window.coordLine) return window.coordLine;
  const LONGEST = 15000, SILENCE = 25000, AWAY = 8000, IDLE = 5000;
  const listeners = new Set();
  const self = { revision: null, boot: null, isAway: false, isLost: false };
  let socket = null, tries = 0, again = null, heard = null, heardAt = 0, ticked = Date.now(), lostAt = null;
  let offset = null, samples = [];

  self.now = () => (offset === null ? null : performance.now() + offset);
  self.isOpen = () => socket !== null && socket.readyState === 1;
  self.listen = (listener) => {
    listeners.add(listener);
    if (!socket) connect();
    return () => {
      listeners.delete(listener);
      setTimeout(() => { if (!listeners.size && socket) socket.close(); }, IDLE);
    };
  };
  const tell = (what) => { for (const listener of [...listeners]) listener(what); };

  function connect() {
    clearTimeout(again);
    again = null;
    const mine = (socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}BASE/live`));
    mine.onopen = () => { heardAt = performance.now(); ask(3); };
    mine.onmessage = (event) => { if (mine === socket) hear(JSON.parse(event.data)); };
    mine.onclose = (event) => { if (mine === socket) lose(event.code); };
  }
  function lose(code) {
    socket = null;
    lostAt ??= performance.now();
    if (!listeners.size) { lostAt = null; return; }
    if (code === 4401) tell("out");  // signed out: the page itself says so when it is drawn again
    const wait = code === 4401 ? 2 * LONGEST : Math.min(LONGEST, 400 * 2 ** tries++);
    again = setTimeout(connect, wait * (0.7 + 0.6 * Math.random()));
  }
  function ask(times) {
    if (!self.isOpen()) return;
    socket.send(JSON.stringify({ ping: performance.now() }));
    if (times > 1) setTimeout(ask, 250, times - 1);
  }
  function hear(said) {
    const now = performance.now();
    heardAt = now;
    if (said.pong !== undefined) {
      // the quickest answer is the truest one: half its way is how old the server's time is
      samples = [...samples.slice(-7), { way: now - said.pong, offset: said.now - (now + said.pong) / 2 }];
      offset = samples.reduce((best, one) => (one.way < best.way ? one : best)).offset;
      tell("time");
      return;
    }
    if (lostAt !== null || heard === null || said.now - heard > AWAY) {
      if (heard !== null && said.now - heard > AWAY) self.isAway = true;
      lostAt = null;
      tries = 0;
    }
    heard = said.now;
    self.isLost = false;
    if (offset !== null && Math.abs(said.now - self.now()) > 700) {  // this computer slept: its counter stood still
      samples = [];
      ask(3);
    }
    self.revision = said.revision;
    self.boot = said.boot;
    tell("revision");
  }
  function watch() {
    const slept = Date.now() - ticked > 75000;  // a hidden tab ticks once a minute at the least
    ticked = Date.now();
    if (slept) { self.isAway = true; samples = []; ask(3); }
    if (socket && performance.now() - heardAt > SILENCE) {
      const dead = socket;
      socket = null;
      dead.close();
      lose(0);
    }
    const isLost = lostAt !== null && performance.now() - lostAt > IDLE && listeners.size > 0;
    if (isLost !== self.isLost) { self.isLost = isLost; tell("lost"); }
  }
  const now = () => { watch(); if (again) connect(); else ask(1); tell("time"); };
  setInterval(watch, 2000);
  setInterval(ask, 30000, 1);
  addEventListener("online", now);
  addEventListener("pageshow", now);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) now(); });
  return (window.coordLine = self);
}
