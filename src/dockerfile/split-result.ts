import { isSpace } from "./characters.ts";

/** Collects text twice: as it is, and split into words. */
export class SplitResult {
  readonly #words: string[] = [];
  #text = "";
  #word = "";
  #inWord = false;

  /** Text whose blanks separate words. */
  add(text: string): void {
    this.#text += text;
    for (const character of text) {
      if (!isSpace(character)) {
        this.#word += character;
        this.#inWord = true;
      } else if (this.#inWord) this.#endWord();
    }
  }

  /** Text that belongs to one word, whatever it holds. */
  addQuoted(text: string): void {
    this.#text += text;
    this.#word += text;
    this.#inWord = true;
  }

  finish(): { readonly text: string; readonly words: readonly string[] } {
    this.#endWord();
    return { text: this.#text, words: this.#words };
  }

  #endWord(): void {
    if (this.#word === "") return;
    this.#words.push(this.#word);
    this.#word = "";
    this.#inWord = false;
  }
}
