/** A seeded source of numbers: the same seed gives the same benchmark inputs on every machine. */
export interface Random {
  /** A 32-bit unsigned integer. */
  next(): number;
  /** A whole number from 0 to `bound - 1`. */
  below(bound: number): number;
  /** A number of a normal distribution with mean 0 and deviation 1. */
  normal(): number;
}

/** Makes a generator of the Weyl-sequence kind with a 32-bit mixer; good enough for file contents, not for secrets. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const unit = () => (next() + 0.5) / 2 ** 32;
  return {
    next,
    below: (bound) => Math.floor(unit() * bound),
    normal: () => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit()),
  };
}
