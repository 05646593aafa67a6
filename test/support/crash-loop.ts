import { expect } from "bun:test";
import { strake, strakeCommand } from "./strake.ts";
import type { TempRoot } from "./temp-root.ts";

/** A command that is killed again and again. */
export interface CrashScenario {
  /** What must be there before; not killed. */
  readonly before?: () => Promise<unknown>;
  readonly command: () => readonly string[];
  /** Puts the store back to the base. */
  readonly after?: () => Promise<unknown>;
}

/** How a {@link crashLoop} goes. */
export interface CrashOptions {
  readonly env: TempRoot["env"];
  /** From 0 to 1; see {@link seededRandom}. */
  readonly random: () => number;
  readonly seconds: number;
  /** Throws when the store is not whole after a kill; `what` says where the loop is. */
  check(what: string): Promise<void>;
}

/** Rounds after which a loop without a single kill gives up. */
const MOST_ROUNDS = 100;

/** Kills the command at random moments of the time that it takes, and checks the store after each. */
export async function crashLoop(name: string, scenario: CrashScenario, options: CrashOptions): Promise<void> {
  const { before, command, after } = scenario;
  const longest = await duration(scenario, options);
  const end = performance.now() + options.seconds * 1000;
  let kills = 0;
  for (let round = 0; performance.now() < end || (kills === 0 && round < MOST_ROUNDS); round++) {
    await before?.();
    if (!(await killed(command(), longest, options))) kills++;
    await options.check(`${name}, round ${round}`);
    await after?.();
  }
  expect(kills).toBeGreaterThan(0);
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Milliseconds that the command takes here when nobody kills it: the time within which a kill means something. */
async function duration(scenario: CrashScenario, { env }: CrashOptions): Promise<number> {
  await scenario.before?.();
  const start = performance.now();
  const { exitCode, stderr } = await strake(scenario.command(), { env });
  expect({ command: scenario.command(), exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const taken = performance.now() - start;
  await scenario.after?.();
  return taken;
}

/** Starts the command, kills it after a random part of `longest`, and returns whether it came to its end. */
async function killed(words: readonly string[], longest: number, options: CrashOptions): Promise<boolean> {
  const child = Bun.spawn([...strakeCommand, ...words], {
    env: { ...process.env, ...options.env },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  const delay = Bun.sleep(options.random() * longest).then(() => child.kill("SIGKILL"));
  await Promise.race([child.exited, delay]);
  await child.exited;
  return child.signalCode === null;
}
