// The agenda in the facilitator's hand: items are moved by pointer (touch too) or by arrow keys, and given minutes.
// Every change is sent with a number, again and again until the page was drawn with it: none is lost between two runs.
export default function ({ data, parentElement, setTriggerValue }) {
  const own = (parentElement.coordAgenda ??= { last: 0, waiting: [], drag: null, next: null });
  const root = parentElement.querySelector("#agenda"), status = parentElement.querySelector("#moved");
  const words = data.words;

  const made = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const fill = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const send = (change) => {
    own.last = Math.max(own.last, data.done) + 1;
    own.waiting = [...own.waiting.filter((one) => one.item !== change.item || one.what !== change.what),
                   { ...change, n: own.last }];
    setTriggerValue("changed", own.waiting);
  };
  const lists = () => [...root.querySelectorAll("ol")];
  const total = () => {
    for (const list of lists()) {
      const minutes = [...list.children].reduce((sum, row) => sum + row.minutes, 0);
      const shown = list.parentElement.querySelector(".sum");
      shown.textContent = fill(words.sum, { n: minutes, budget: list.budget });
      shown.classList.toggle("over", minutes > list.budget);
    }
  };
  const placed = (row) => {
    const list = row.parentElement, position = [...list.children].indexOf(row);
    if (row.was === `${list.id} ${position}`) return;
    row.was = `${list.id} ${position}`;
    total();
    status.textContent = fill(words.moved, { title: row.title, place: position + 1, section: list.name });
    send({ what: "place", item: row.item, section: list.id, position });
  };
  const step = (row, way) => {
    const all = lists(), list = row.parentElement, here = all.indexOf(list);
    const beside = way < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (beside) way < 0 ? beside.before(row) : beside.after(row);
    else if (all[here + way]) way < 0 ? all[here - 1].append(row) : all[here + 1].prepend(row);
    row.querySelector(".grip").focus();
    row.scrollIntoView({ block: "nearest" });
    clearTimeout(row.later);
    row.later = setTimeout(() => placed(row), 350);  // several presses are one move
  };
  const give = (row, by) => {
    row.minutes = Math.min(Math.max(row.minutes + by, 1), data.most);
    row.querySelector(".minutes").textContent = fill(words.minutes, { n: row.minutes });
    total();
    clearTimeout(row.later);
    row.later = setTimeout(() => send({ what: "minutes", item: row.item, minutes: row.minutes }), 350);
  };
  const follow = (y) => {
    const row = own.drag, list = lists().find((one) => y < one.parentElement.getBoundingClientRect().bottom) ?? lists().at(-1);
    const before = [...list.children].find((one) => {
      const box = one.getBoundingClientRect();
      return one !== row && y < box.top + box.height / 2;
    });
    if (before !== row.nextElementSibling || list !== row.parentElement) list.insertBefore(row, before ?? null);
    const edge = 150, page = document.querySelector("[data-testid=stMain]");
    if (y < edge) page?.scrollBy(0, -14);
    if (y > innerHeight - edge) page?.scrollBy(0, 14);
  };
  const grab = (grip, row) => {
    grip.onpointerdown = (event) => {
      event.preventDefault();
      grip.focus();
      own.drag = row;
      row.classList.add("held");
      // on the window: a row that changes its place loses the pointer
      const go = (moved) => { moved.preventDefault(); follow(moved.clientY); };
      const drop = () => {
        removeEventListener("pointermove", go);
        for (const name of ["pointerup", "pointercancel"]) removeEventListener(name, drop);
        own.drag = null;
        row.classList.remove("held");
        placed(row);
        if (own.next && !own.waiting.length) draw(own.next);
      };
      addEventListener("pointermove", go);
      for (const name of ["pointerup", "pointercancel"]) addEventListener(name, drop);
    };
  };
  const line = (item) => {
    const row = made("li");
    Object.assign(row, { item: item.id, title: item.title, minutes: item.minutes });
    const grip = made("button", "grip", "⠿");
    grip.type = "button";
    grip.setAttribute("aria-label", fill(words.move, { title: item.title }));
    grip.title = words.hint;
    grab(grip, row);
    row.onkeydown = (event) => {
      const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!way || !(event.altKey || event.target === grip)) return;
      event.preventDefault();
      event.stopPropagation();
      step(row, way);
    };
    const said = made("div", "said"), title = made(item.href ? "a" : "span", "title", item.title);
    if (item.href) Object.assign(title, { href: item.href, target: "_self" });
    said.append(title, ...item.badges.map((badge) => made("span", "badge", badge)));
    if (item.reason) said.append(made("div", "reason", item.reason));
    const time = made("div", "time");
    const button = (text, label, press) => {
      const one = made("button", "", text);
      one.type = "button";
      one.setAttribute("aria-label", fill(label, { title: item.title }));
      one.onclick = press;
      return one;
    };
    time.append(button("−", words.fewer, () => give(row, -1)), made("span", "minutes", fill(words.minutes, { n: item.minutes })),
                button("+", words.longer, () => give(row, 1)), button("⋯", words.more, () => setTriggerValue("more", item.id)));
    row.append(grip, said, time);
    return row;
  };
  const draw = (drawn) => {
    own.next = null;
    const focused = parentElement.activeElement ?? root.getRootNode().activeElement;
    const held = focused?.closest?.("li")?.item, wasGrip = focused?.classList.contains("grip");
    root.replaceChildren(...drawn.sections.map((section) => {
      const part = made("section"), heading = made("h3", "", section.name), list = made("ol");
      heading.append(made("span", "sum"));
      Object.assign(list, { id: section.id, name: section.name, budget: section.budget });
      list.append(...section.items.map(line));
      [...list.children].forEach((row, place) => { row.was = `${section.id} ${place}`; });
      part.append(heading, list);
      return part;
    }));
    total();
    const again = [...root.querySelectorAll("li")].find((row) => row.item === held);
    if (again && wasGrip) again.querySelector(".grip").focus();
  };

  own.waiting = own.waiting.filter((one) => one.n > data.done);
  const text = JSON.stringify(data.sections) + JSON.stringify(words);
  if (own.drag || own.waiting.length) own.next = data;
  else if (own.text !== text || own.stale) { own.text = text; draw(data); }
  own.stale = own.waiting.length > 0;
}
