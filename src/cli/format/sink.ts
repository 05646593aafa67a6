/** Where text goes. */
export interface Sink {
  write(text: string): void;
}
