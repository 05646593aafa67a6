import { expect, test } from "bun:test";
import { findHeredocs, heredocContent, parseHeredocMark } from "./heredoc.ts";

const brief = (mark: ReturnType<typeof parseHeredocMark>) =>
  mark && [mark.name, mark.expand, mark.stripTabs, mark.fileDescriptor];

test("a word is a heredoc when it is << and one name", () => {
  const facts: [word: string, mark: (string | number | boolean)[] | undefined][] = [
    ["<<E", ["E", true, false, 0]],
    ["<< E", ["E", true, false, 0]],
    ["3<<-E", ["E", true, true, 3]],
    ["<<'E F'", ["E F", false, false, 0]],
    ['<<a"b"c', ["abc", false, false, 0]],
    ["<<\\E", ["E", true, false, 0]],
    ["<<$A", ["$A", true, false, 0]],
    ["<<E bash", undefined],
    ["<<<E", undefined],
    ["<<E<", undefined],
    ["<<'E", undefined],
    ["<<''", undefined],
    ["<<", undefined],
    ["x<<E", undefined],
  ];
  expect(facts.map(([word]) => brief(parseHeredocMark(word)))).toEqual(facts.map(([, mark]) => mark));
});

test("a line may open several heredocs, and shows some that are none", () => {
  const names = (line: string) => findHeredocs(line).map(({ name }) => name);
  expect(names("cat <<A 3<<-'B C' && cat << D >/x")).toEqual(["A", "B C", "D"]);
  expect(names("echo \"<< a\" '<<' b \\<< c <<<d e<<f")).toEqual([]);
  expect(names("echo 'unfinished <<A")).toEqual([]);
});

test("only <<- takes the tabs at the beginning of lines away", () => {
  const heredoc = { name: "E", expand: true, fileDescriptor: 0, body: "\t\ta\n \tb\n\n\tc\td\n" };
  expect(heredocContent({ ...heredoc, stripTabs: true })).toBe("a\n \tb\n\nc\td\n");
  expect(heredocContent({ ...heredoc, stripTabs: false })).toBe(heredoc.body);
});
