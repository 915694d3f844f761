import { describe, expect, test } from "bun:test";
import { escapeJson, escapeLines, escapeText } from "../../output/escape";

describe("text for a screen", () => {
  test("shows controls, line ends and separators instead of sending them", () => {
    expect(escapeText("a\u001b[31mb\u0007\u007f\u0085")).toBe("a\\x1b[31mb\\x07\\x7f\\x85");
    expect(escapeText("one\r\ntwo\tthree")).toBe("one\\r\\ntwo\\tthree");
    expect(escapeText("a\u2028b\u2029c")).toBe("a\\u{2028}b\\u{2029}c");
  });

  test("shows bidirectional, zero-width, tag and lone surrogate characters", () => {
    expect(escapeText("a\u202eb\u2066c\u200bd\ufeffe\u00adf")).toBe(
      "a\\u{202e}b\\u{2066}c\\u{200b}d\\u{feff}e\\xadf",
    );
    expect(escapeText("x\u{e0041}y\ud800z")).toBe("x\\u{e0041}y\\u{d800}z");
    expect(escapeText("pass\u200dword")).toBe("pass\\u{200d}word");
  });

  test("shows what takes a place and is not seen, fillers of Hangul and marks of musical notes", () => {
    expect(escapeText("a\u3164\u{1d173}z\u115f\uffa0")).toBe("a\\u{3164}\\u{1d173}z\\u{115f}\\u{ffa0}");
  });

  test("leaves ordinary text of any script alone, emoji families too", () => {
    for (const text of ["Grüße, 世界, שלום", "👩‍👩‍👧 👩🏽‍💻 ❤️‍🔥 🇩🇪", 'C:\\path\\new "quoted"', ""]) {
      expect(escapeText(text)).toBe(text);
    }
  });

  test("is told from controls however much was shown before, at any place of it", () => {
    for (const _ of [1, 2]) {
      for (let code = 0; code < 0x100; code += 1) {
        const character = String.fromCharCode(code);
        const isOrdinary = (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code !== 0xad);
        for (const text of [`${character}ab`, `ab${character}`])
          expect(escapeText(text) === text).toBe(isOrdinary);
      }
      expect(escapeText("x".repeat(2000))).toHaveLength(2000);
    }
  });

  test("of several lines keeps line ends and tabs and nothing else", () => {
    expect(escapeLines("one\r\ntwo\n\tthree\rfour\u001b")).toBe("one\ntwo\n\tthree\\rfour\\x1b");
  });
});

describe("JSON", () => {
  test("means the same and holds nothing that a terminal or a line reader acts on", () => {
    const value = { "k\u2028": "a\u007f\u0085\u2029\u202e\u001b\n" };
    const json = escapeJson(JSON.stringify(value));
    expect(json).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(json)).toEqual(value);
  });
});
