"use strict";
// Search and sort of the table of agencies. Without this script the table is whole, sorted by score.
(() => {
  const table = document.getElementById("agencies");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const field = document.getElementById("find");
  const shown = document.getElementById("shown");
  const thai = new Intl.Collator("th", { numeric: true });
  field.closest("p").hidden = false;

  const search = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, place) => {
      const hit = words.every((word) => texts[place].includes(word));
      row.hidden = !hit;
      count += hit;
    });
    shown.textContent = words.length ? count.toLocaleString() : "";
  };

  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 120);
  });

  const value = (row, column) => row.cells[column].textContent.trim();
  Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "descending";
      const numeric = head.classList.contains("number");
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "ascending" : "descending");
      const keyed = rows.map((row) => [value(row, column), row]);
      keyed.sort(([a], [b]) => (numeric ? (parseFloat(a) || -1) - (parseFloat(b) || -1) : thai.compare(a, b)));
      if (!down) keyed.reverse();
      body.append(...keyed.map(([, row]) => row));
    });
  });
})();
