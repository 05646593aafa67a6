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
};

/** What a platform of one word can be; the others need their operating system. */
const ARCHITECTURES: ReadonlySet<string> = new Set(
  "386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm".split(" "),
);

/** The platform of this machine. */
export function hostPlatform(): Platform {
  return { os: "linux", architecture: GO_ARCHITECTURE[process.arch] ?? process.arch };
}

/** Reads `os[/arch[/variant]]` or a bare architecture, as `--platform` takes it. Throws `invalidArgument`. */
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
    const architecture = GO_ARCHITECTURE[first] ?? first;
    if (!ARCHITECTURES.has(architecture)) {
      throw new EngineError(
        "invalidArgument",
        `"${text}": unknown operating system or architecture: invalid argument`,
      );
    }
    return { os: "linux", architecture };
  }
  const architecture = GO_ARCHITECTURE[second] ?? second;
  return { os: first.toLowerCase(), architecture, ...(third === undefined ? {} : { variant: third }) };
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
