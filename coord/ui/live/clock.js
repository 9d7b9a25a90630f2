// Timers that tick on the server's clock: the same second on every view, whatever the device's clock says.
export default function ({ data, parentElement }) {
  const shared = line();
  const own = (parentElement.coord ??= { stop: null, next: null });
  const root = parentElement.querySelector("#timers");
  root.className = data.size;

  const cut = (seconds) => {
    const whole = Math.abs(seconds), two = (n) => String(n).padStart(2, "0");
    const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
    return (seconds < 0 ? "+" : "") + (hours ? `${hours}:${two(minutes)}` : minutes) + ":" + two(whole % 60);
  };
  const part = (tag, name, parent) => {
    const made = document.createElement(tag);
    made.className = name;
    parent.append(made);
    return made;
  };
  if (root.childElementCount !== data.timers.length) {
    root.replaceChildren(...data.timers.map(() => {
      const made = document.createElement("div");
      for (const name of ["label", "time", "word"]) part("span", name, made);
      return made;
    }));
  }
  data.timers.forEach((timer, place) => {
    const shown = root.children[place];
    shown.querySelector(".label").textContent = timer.label;
    const time = shown.querySelector(".time");
    time.setAttribute("role", "timer");  // which is not read out at each tick
    time.setAttribute("aria-label", timer.label);
  });
  // until the line has told the time: from when this was drawn
  if (own.drawn !== data.now) { own.drawn = data.now; own.offset = data.now - performance.now(); }

  const tick = () => {
    clearTimeout(own.next);
    const now = shared.now() ?? performance.now() + own.offset;
    let wait = 1000;
    data.timers.forEach((timer, place) => {
      const exact = timer.ends === null ? timer.left * 1000 : timer.ends * 1000 - now;
      const left = Math.ceil(exact / 1000);
      if (timer.ends !== null) wait = Math.min(wait, exact - (left - 1) * 1000);
      const state = left <= 0 ? "over" : left <= timer.soon ? "soon" : "";
      const shown = root.children[place];
      shown.className = `${timer.paused ? "paused" : ""} ${state}`;
      shown.querySelector(".time").textContent = cut(left);
      shown.querySelector(".word").textContent = timer.paused ? data.words.paused : state ? data.words[state] : "";
    });
    own.next = setTimeout(tick, Math.max(wait, 0) + 5);
  };
  own.stop?.();
  own.stop = shared.listen((what) => { if (what === "time") tick(); });
  tick();
  return () => { own.stop(); clearTimeout(own.next); };
}
