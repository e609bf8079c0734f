"""What a page looks like, measured: what sticks out of it, and how well its words can be read."""

from __future__ import annotations

from typing import Any

from tests.browser.chromium import Browser

WIDTHS = (400, 1280)
SCHEMES = ("light", "dark")
LEAST = 4.5
"""Of contrast (WCAG 2.1, 1.4.3)."""


def sticks_out(browser: Browser, selector: str) -> list[str]:
    """What of these elements can be seen beyond the window's sides, and the page if it can."""
    found = browser.script(
        "(() => { const wide = document.documentElement.clientWidth;"
        f" const out = [...document.querySelectorAll({selector!r})].filter(e => {{"
        " const r = e.getBoundingClientRect();"
        " return r.width && (r.right > wide + .5 || r.left < -.5) })"
        " .map(e => e.tagName + ': ' + e.textContent.slice(0, 40));"
        " if (document.documentElement.scrollWidth > wide) out.push('the page'); return out })()"
    )
    assert isinstance(found, list)
    return found


def contrasts(browser: Browser) -> list[tuple[str, float]]:
    """Each element with words of its own that is seen, and the contrast with what is behind it."""
    found: Any = browser.script(_CONTRASTS)
    assert len(found) > 10
    return [(words, ratio) for words, ratio in found]


def unreadable(browser: Browser) -> list[tuple[str, float]]:
    """Those with too little of it."""
    return [(words, ratio) for words, ratio in contrasts(browser) if ratio < LEAST]


_CONTRASTS = """
(() => {
  const numbers = colour => colour.match(/[0-9.]+/g).map(Number);
  const light = colour => numbers(colour).slice(0, 3).map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [.2126, .7152, .0722][at], 0);
  const seen = colour => colour !== 'none' && (numbers(colour)[3] ?? 1) > 0;
  const inside = (e, outer) => {
    const a = e.getBoundingClientRect(), b = outer.getBoundingClientRect();
    const x = a.left + a.width / 2, y = a.top + a.height / 2;
    return x >= b.left && x <= b.right && y >= b.top && y <= b.bottom;
  };
  // In a drawing the latest shape before the words that is under them; else what is around it.
  const ground = e => {
    const drawing = e.closest('svg');
    if (drawing) {
      const under = [...drawing.querySelectorAll('rect')].filter(r => inside(e, r)
        && r.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
      const fill = under.length && getComputedStyle(under[under.length - 1]).fill;
      if (fill && seen(fill)) return fill;
      e = drawing;
    }
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (seen(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const own = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  return [...document.querySelectorAll('body *')]
    .filter(e => own(e) && !e.closest('script, title, .unseen') && e.getClientRects().length)
    .map(e => {
      const style = getComputedStyle(e);
      const a = light(e.closest('svg') ? style.fill : style.color), b = light(ground(e));
      return [e.textContent.trim().slice(0, 60), (Math.max(a, b) + .05) / (Math.min(a, b) + .05)];
    });
})()
"""
