// Has the fragment drawn again when the newest revision is another one than the one it was drawn at.
export default function ({ data, parentElement, setTriggerValue }) {
  const shared = line();
  const own = (parentElement.coord ??= { tries: 0, wait: null, boot: null, quiet: null, stop: null });
  const said = parentElement.querySelector("#said");
  const box = parentElement.host.closest("[data-testid=stElementContainer]");
  if (box) box.style.position = "absolute";  // takes no room, and no gap of the page's

  const say = (words, seconds) => {
    clearTimeout(own.quiet);
    said.textContent = words;
    if (seconds) own.quiet = setTimeout(() => { said.textContent = ""; }, seconds * 1000);
  };
  const ask = () => {
    own.tries += 1;
    own.wait = setTimeout(() => { own.wait = null; own.look(); }, 3000 * 2 ** Math.min(own.tries, 3));
    setTriggerValue("woken", `${shared.revision} ${own.tries}`);
  };
  const isTyping = () => {
    const field = document.activeElement;
    return field && /^(INPUT|TEXTAREA)$/.test(field.tagName) && field.value;
  };
  own.look = () => {
    if (shared.revision === null || own.wait !== null) return;
    const isKnown = shared.boot === own.boot;
    if (shared.revision === own.drawn && isKnown) {
      own.tries = 0;
      if (shared.isAway) {
        shared.isAway = false;
        say(data.words.away, 12);
      }
    } else if (own.tries >= (isKnown ? 6 : 2) && shared.isOpen() && !isTyping()) {
      // the server answers, but no longer knows this page: it was started anew
      own.wait = setTimeout(() => location.reload(), 2000 * Math.random());
    } else ask();
  };
  const hear = (what) => {
    if (what === "lost") say(shared.isLost ? own.words.lost : "");
    if (what === "out") ask();
    if (what === "revision") {
      own.boot ??= shared.boot;
      if (said.textContent === own.words.lost) say("");
      own.look();
    }
  };
  if (own.time !== data.drawn) {  // drawn again by the server
    own.time = data.drawn;
    own.drawn = data.revision;
    own.words = data.words;
    own.tries = 0;
    own.boot = shared.boot;
    clearTimeout(own.wait);
    own.wait = null;
  }
  own.stop?.();
  own.stop = shared.listen(hear);
  own.look();
  return () => { own.stop(); clearTimeout(own.wait); clearTimeout(own.quiet); };
}
