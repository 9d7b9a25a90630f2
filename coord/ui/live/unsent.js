// Tells the server in which parts of the page somebody has begun to write, so that these stay when the hour goes on.
export default function ({ data, parentElement, setStateValue }) {
  const own = (parentElement.coord ??= { fields: new Set(), told: "", wait: null });
  const box = parentElement.host.closest("[data-testid=stElementContainer]");
  if (box) box.style.position = "absolute";  // takes no room, and no gap of the page's

  const name = (element, start) => [...(element?.classList ?? [])].find((one) => one.startsWith(`st-key-${start}`));
  const part = (field) => data.parts.map((start) => name(field.closest(`[class*="st-key-${start}"]`), start)).find(Boolean);
  const look = () => {
    const found = new Set();
    for (const key of own.fields) {
      const field = document.querySelector(`.${CSS.escape(key)} :is(input, textarea)`);
      if (field?.value && part(field)) found.add(part(field).slice("st-key-".length));
    }
    const told = [...found].sort().join(" ");
    if (told !== own.told) setStateValue("parts", (own.told = told));
  };
  const hear = ({ target }) => {
    if (!target.matches?.("input:not([role=combobox]), textarea") || !part(target)) return;
    const key = name(target.closest("[data-testid=stElementContainer]"), "");
    if (key) own.fields.add(key);
    look();
  };
  document.addEventListener("input", hear);
  own.wait = setTimeout(look, 700);  // what was sent is gone from the page by then
  return () => { document.removeEventListener("input", hear); clearTimeout(own.wait); };
}
