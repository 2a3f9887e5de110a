import { expect, test } from "vitest";
import { sharedAnswers } from "../../../../app/adapters/wire/sharedAnswers.ts";

function asked(answers: (name: string, count: number) => Promise<string>) {
  let at = 0;
  const names: string[] = [];
  const answer = sharedAnswers(
    1000,
    () => new Date(at),
    (name) => answers(name, names.push(name)),
  );
  return { answer, names, pass: (milliseconds: number) => (at += milliseconds) };
}

test("an answer is good for as long as it is kept, and each name has its own", async () => {
  const { answer, names, pass } = asked((name, count) => Promise.resolve(name + String(count)));
  expect(await answer.of("a")).toBe("a1");
  expect(await answer.of("b")).toBe("b2");
  pass(999);
  expect(await answer.of("a")).toBe("a1");
  pass(1);
  expect(await answer.of("a")).toBe("a3");
  expect(names).toEqual(["a", "b", "a"]);
});

test("those who ask at the same time share one request", async () => {
  const { answer, names } = asked((name) => Promise.resolve(name));
  expect(await Promise.all([answer.of("a"), answer.of("a")])).toEqual(["a", "a"]);
  expect(names).toEqual(["a"]);
});

test("what is forgotten is asked anew", async () => {
  const { answer } = asked((name, count) => Promise.resolve(name + String(count)));
  await answer.of("a");
  answer.forget("a");
  expect(await answer.of("a")).toBe("a2");
});

test("a failure is not kept, and takes no later answer with it", async () => {
  const fail = Promise.withResolvers<string>();
  const { answer, names } = asked((name, count) => (count === 1 ? fail.promise : Promise.resolve(name)));
  const first = answer.of("a");
  answer.forget("a");
  expect(await answer.of("a")).toBe("a");
  fail.reject(new Error("away"));
  await expect(first).rejects.toThrow("away");
  expect(await answer.of("a")).toBe("a");
  expect(names).toHaveLength(2);
});

test("after a failure the next one asks again", async () => {
  const { answer } = asked((name, count) =>
    count === 1 ? Promise.reject(new Error("away")) : Promise.resolve(name),
  );
  await expect(answer.of("a")).rejects.toThrow("away");
  expect(await answer.of("a")).toBe("a");
});
