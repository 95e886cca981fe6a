// Opens what a visitor would open to see a page's content: accordions, "load more". Called with {words, most}; says how
// many it clicked. Never clicks what leads away, sends a form or stands in the site's own menu.
({words, most}) => {
  const shown = (element) => element.offsetParent !== null || element.getClientRects().length > 0;
  const inMenu = (element) => element.closest("nav, header, footer, [role=navigation], [role=menubar], .navbar, .menu, .dropdown");
  const leadsAway = (element) => {
    const link = element.closest("a[href]");
    if (!link) return false;
    const to = link.getAttribute("href").trim();
    return !(to === "" || to.startsWith("#") || /^javascript:\s*(void|;|$)/i.test(to));
  };
  const sends = (element) => element.closest("form") && (element.type || "") === "submit";
  const harmless = (element) => shown(element) && !inMenu(element) && !leadsAway(element) && !sends(element) && !element.disabled;
  let clicked = 0;
  for (const details of document.querySelectorAll("details:not([open])")) { details.open = true; clicked++; }
  const closed = "[aria-expanded=false], [data-toggle=collapse].collapsed, [data-bs-toggle=collapse].collapsed, .accordion-button.collapsed";
  const doors = [...document.querySelectorAll(closed)];
  const plain = (text) => (text || "").replace(/\s+/g, " ").trim().toLowerCase();
  const more = [...document.querySelectorAll("button, a, [role=button], input[type=button]")].filter((element) => {
    const text = plain(element.innerText || element.value);
    return text.length > 0 && text.length < 40 && words.some((word) => text.startsWith(word));
  });
  const already = (window.__opened = window.__opened || new WeakMap());
  for (const element of [...doors, ...more]) {
    const times = already.get(element) || 0;
    if (clicked >= most || times >= 5 || (times && doors.includes(element)) || !harmless(element)) continue;
    already.set(element, times + 1);
    try { element.click(); clicked++; } catch (error) { continue; }
  }
  return clicked;
}
