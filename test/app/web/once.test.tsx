import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { once, onceFor } from "../../../app/web/once.tsx";

test("what is the same for everybody is rendered once, and reads as if it were rendered each time", () => {
  let rendered = 0;
  const render = () => {
    rendered++;
    return (
      <>
        <p title={'"quoted"'}>a &lt; b</p>
        <hr />
      </>
    );
  };
  const Part = once(render);
  const page = (
    <main>
      <Part />
      <b>then</b>
      <Part />
    </main>
  );
  const plain = renderToString(render());
  rendered = 0;
  expect(renderToString(page)).toBe(`<main>${plain}<b>then</b>${plain}</main>`);
  expect(renderToString(page)).toBe(`<main>${plain}<b>then</b>${plain}</main>`);
  expect(rendered).toBe(1);
});

test("each key has its own text", () => {
  const Greeting = onceFor((language: "en" | "es") => <p>{language === "en" ? "Hello" : "Hola"}</p>);
  const both = () =>
    renderToString(
      <>
        <Greeting of="en" />
        <Greeting of="es" />
      </>,
    );
  expect(both()).toBe("<p>Hello</p><p>Hola</p>");
  expect(both()).toBe("<p>Hello</p><p>Hola</p>");
});
