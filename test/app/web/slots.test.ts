/** Pages that are rendered once for each shape, and filled in for each reader. */
import { beforeEach, describe, expect, test } from "vitest";
import { slotted, type Encoded } from "../../../app/web/slots.ts";

interface Shape {
  readonly greets: boolean;
  readonly language: string;
}

let rendered: Shape[] = [];
beforeEach(() => {
  rendered = [];
});

const page = (most?: number) =>
  slotted<Shape, "name" | "address">(
    ["name", "address"],
    (shape, { name, address }) => {
      rendered.push(shape);
      return `<i lang="${shape.language}"><a href="${address}">${shape.greets ? "Grüß Gott, " : ""}${name}</a> ${address}’s</i>`;
    },
    most,
  );
const text = ({ bytes }: Encoded) => Buffer.from(bytes, "latin1").toString("utf8");
const GREETING = { greets: true, language: "de" };

describe("a page with slots", () => {
  test("is rendered once for each shape, whoever reads it, and holds nobody else's words", () => {
    const shown = page();
    expect(text(shown(GREETING, { name: "Émile", address: "/1" }))).toBe(
      '<i lang="de"><a href="/1">Grüß Gott, Émile</a> /1’s</i>',
    );
    expect(text(shown({ ...GREETING }, { name: "Zoë 😀", address: "/2" }))).toBe(
      '<i lang="de"><a href="/2">Grüß Gott, Zoë 😀</a> /2’s</i>',
    );
    expect(rendered).toEqual([GREETING]);
  });

  test("is another page for each difference in its shape", () => {
    const shown = page();
    const words = { name: "N", address: "/" };
    expect(text(shown({ greets: false, language: "de" }, words))).toBe(
      '<i lang="de"><a href="/">N</a> /’s</i>',
    );
    expect(text(shown({ greets: true, language: "fr" }, words))).toContain('lang="fr"><a href="/">Grüß');
    expect(rendered).toHaveLength(2);
  });

  test("takes a reader's words as words, whatever they contain", () => {
    const marks = "\uE000\uE001";
    expect(
      text(page()({ ...GREETING, greets: false }, { name: `<b>&${marks}"`, address: '"><script>' })),
    ).toBe(
      `<i lang="de"><a href="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;${marks}&quot;</a> &quot;&gt;&lt;script&gt;’s</i>`,
    );
    expect(text(page()(GREETING, { name: "", address: "" }))).toBe(
      '<i lang="de"><a href="">Grüß Gott, </a> ’s</i>',
    );
  });

  test("goes when there are too many others, oldest first, and is rendered anew", () => {
    const shown = page(2);
    const of = (language: string) => shown({ greets: true, language }, { name: "N", address: "/" });
    for (const language of ["en", "es", "fr", "es", "fr", "en", "fr"]) of(language);
    expect(rendered.map(({ language }) => language)).toEqual(["en", "es", "fr", "en"]);
  });
});
