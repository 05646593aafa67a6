import { EngineError } from "../base/index.ts";

/** OCI image-spec, image-index.md: the platform an image is for. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly "os.version"?: string;
  readonly "os.features"?: readonly string[];
}

const GO_ARCHITECTURE: Readonly<Record<string, string>> = {
  x64: "amd64",
  x86_64: "amd64",
  arm64: "arm64",
  aarch64: "arm64",
  i386: "386",
  ia32: "386",
  armhf: "arm",
  armel: "arm",
  "x86-64": "amd64",
};

/** The variant that the other name of an architecture means. */
const VARIANT_OF_NAME: Readonly<Record<string, string>> = { armhf: "v7", armel: "v6" };

/** Variants that are the architecture itself. */
const PLAIN: Readonly<Record<string, string>> = { amd64: "v1", arm64: "v8" };

/** What a platform of one word can be; the others need their operating system. */
const ARCHITECTURES: ReadonlySet<string> = new Set(
  "386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm".split(" "),
);

/** The platform of this machine. */
export function hostPlatform(): Platform {
  return { os: "linux", architecture: GO_ARCHITECTURE[process.arch] ?? process.arch };
}

/** Reads `os[/arch[/variant]]` or a bare architecture, in its normal form, as `--platform` takes it. Throws `invalidArgument`. */
export function parsePlatform(text: string): Platform {
  const parts = text.split("/");
  const [first = "", second, third] = parts;
  if (parts.length > 3) {
    throw new EngineError("invalidArgument", `"${text}": cannot parse platform specifier: invalid argument`);
  }
  if (parts.some((part) => !/^[A-Za-z0-9_.-]+$/.test(part))) {
    throw new EngineError(
      "invalidArgument",
      `"${text}" is an invalid component of "${text}": platform specifier component must match "^[A-Za-z0-9_.-]+(?:\\\\([A-Za-z0-9_.-]*\\\\))?$": invalid argument`,
    );
  }
  if (second === undefined) {
    if (first === "linux" || first === "windows")
      return { os: first, architecture: hostPlatform().architecture };
    const { architecture, variant } = toArchitecture(first, undefined);
    if (!ARCHITECTURES.has(architecture)) {
      throw new EngineError(
        "invalidArgument",
        `"${text}": unknown operating system or architecture: invalid argument`,
      );
    }
    return { os: "linux", architecture, ...(variant === undefined ? {} : { variant }) };
  }
  return { os: first.toLowerCase(), ...toArchitecture(second, third) };
}

/** An architecture under Go's name for it, with its variant only where that says more. */
function toArchitecture(
  name: string,
  written: string | undefined,
): Pick<Platform, "architecture" | "variant"> {
  const lower = name.toLowerCase();
  const architecture = GO_ARCHITECTURE[lower] ?? lower;
  const given = written?.toLowerCase() ?? VARIANT_OF_NAME[lower];
  const variant = architecture.startsWith("arm") && /^\d$/.test(given ?? "") ? `v${given}` : given;
  return variant === undefined || variant === PLAIN[architecture]
    ? { architecture }
    : { architecture, variant };
}

/** `os/arch[/variant]`. */
export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.architecture, platform.variant].filter(Boolean).join("/");
}

/** True when an image for `have` serves a request for `want`; a variant counts only where both name one. */
export function platformMatches(have: Platform, want: Platform): boolean {
  if (have.os !== want.os || have.architecture !== want.architecture) return false;
  return !have.variant || !want.variant || have.variant === want.variant;
}
