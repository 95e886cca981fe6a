// Where the quoted words stand on the page: for each quote the rectangles of its letters, in pixels of the whole page.
// Blanks are ignored, since readers and browsers set them differently. A quote is {words, before, after}.
(quotes) => {
  const blank = /[\s\u200b\u00ad]/;
  const letters = [];
  let text = "";
  const walker = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || ["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE"].includes(parent.tagName)) continue;
    const value = node.nodeValue;
    for (let i = 0; i < value.length; i++) {
      if (blank.test(value[i])) continue;
      text += value[i];
      letters.push([node, i]);
    }
  }
  const rectangles = (start, end) => {
    const found = [];
    for (let i = start; i < end; ) {
      const [node, first] = letters[i];
      let j = i;
      while (j + 1 < end && letters[j + 1][0] === node) j++;
      const range = document.createRange();
      range.setStart(node, first);
      range.setEnd(node, letters[j][1] + 1);
      for (const box of range.getClientRects()) {
        if (box.width > 0 && box.height > 0)
          found.push([box.left + scrollX, box.top + scrollY, box.right + scrollX, box.bottom + scrollY]);
      }
      i = j + 1;
    }
    return found;
  };
  const bare = (words) => Array.from(words).filter((letter) => !blank.test(letter)).join("");
  const alike = (one, other) => {
    let n = 0;
    while (n < one.length && n < other.length && one[n] === other[n]) n++;
    return n;
  };
  const reversed = (words) => Array.from(words).reverse().join("");
  // The same words may stand there many times: the place whose surroundings are most like those of the quote is meant.
  const places = quotes.map((quote) => {
    const wanted = bare(quote.words);
    if (!wanted) return [];
    const before = reversed(bare(quote.before)), after = bare(quote.after);
    let best = [], most = -1, seen = 0;
    for (let at = text.indexOf(wanted); at >= 0 && seen < 500; at = text.indexOf(wanted, at + 1), seen++) {
      const end = at + wanted.length;
      const like =
        alike(before, reversed(text.slice(Math.max(0, at - before.length), at))) +
        alike(after, text.slice(end, end + after.length));
      if (like <= most) continue;
      const boxes = rectangles(at, end);
      if (boxes.length > 0) [best, most] = [boxes.slice(0, 60), like];
    }
    if (best.length > 0) return best;
    for (const image of document.querySelectorAll("img[alt], input, textarea, iframe[title]")) {
      const words = (image.alt || image.title || image.placeholder || image.value || "").replace(/\s+/g, "");
      if (words && words.includes(wanted)) {
        const box = image.getBoundingClientRect();
        if (box.width > 0) return [[box.left + scrollX, box.top + scrollY, box.right + scrollX, box.bottom + scrollY]];
      }
    }
    return [];
  });
  const root = document.documentElement;
  return { height: Math.max(root.scrollHeight, document.body ? document.body.scrollHeight : 0), places };
}
