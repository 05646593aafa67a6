import type { Digest } from "../../oci/index.ts";

/** Digest of a vertex's definition, inputs included: equal vertices have equal IDs. */
export type VertexId = string & { readonly __brand: "vertex" };

/** The root file system of an image that is in the store; `undefined` stands for the image without layers. */
export interface ImageDefinition {
  readonly op: "image";
  /** Familiar name, for display. */
  readonly name: string;
  readonly image: Digest;
}

/** An empty root file system. */
export interface ScratchDefinition {
  readonly op: "scratch";
}

/** A folder of this machine: the build context, or a named one. */
export interface LocalDefinition {
  readonly op: "local";
  /** `context`, or the name given with `--build-context`. */
  readonly name: string;
}

/** One file from the web. The tree it gives has the file in its root. */
export interface HttpDefinition {
  readonly op: "http";
  readonly url: string;
  /** Name of the file in the tree; `__unnamed__` where the URL has none. */
  readonly fileName: string;
  readonly checksum: Digest | undefined;
}

/** A checkout of a git repository. */
export interface GitDefinition {
  readonly op: "git";
  readonly remote: string;
  /** Branch, tag or commit; empty means the default branch. */
  readonly ref: string;
  readonly subdir: string;
  readonly keepGitDir: boolean;
  /** Commit, or the start of one, that it must be. */
  readonly checksum: string | undefined;
  readonly submodules: boolean;
}

/** Files whose content stands in the Dockerfile. */
export interface InlineDefinition {
  readonly op: "inline";
  readonly files: readonly { readonly name: string; readonly content: string; readonly mode: number }[];
}

/** One source of a COPY or ADD: paths of one tree. */
export interface CopySource {
  readonly from: VertexId;
  /** As written, expanded; wildcards are resolved in the tree. */
  readonly paths: readonly string[];
  /** Archives are unpacked: `auto` as ADD does with local archives. */
  readonly unpack: "never" | "auto" | "always";
}

/** COPY and ADD. */
export interface CopyDefinition {
  readonly op: "copy";
  /** The stack that is copied onto; with `link` the layer does not depend on it. */
  readonly base: VertexId;
  readonly sources: readonly CopySource[];
  /** Absolute; ends in `/` where the Dockerfile's word does. */
  readonly destination: string;
  /** `user[:group]`, names or numbers; empty leaves the owner of the source (0:0 for files of this machine). */
  readonly chown: string;
  /** Octal or symbolic; empty keeps the modes. */
  readonly chmod: string;
  readonly link: boolean;
  readonly parents: boolean;
  readonly exclude: readonly string[];
}

/** The folder of WORKDIR. */
export interface WorkdirDefinition {
  readonly op: "workdir";
  readonly base: VertexId;
  readonly path: string;
  /** USER in force. */
  readonly user: string;
}

export interface BindMount {
  readonly type: "bind";
  readonly from: VertexId;
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
}

export interface CacheMount {
  readonly type: "cache";
  readonly id: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly sharing: "shared" | "private" | "locked";
  /** What a new cache begins with. */
  readonly from: VertexId | undefined;
  readonly source: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface TmpfsMount {
  readonly type: "tmpfs";
  readonly target: string;
  /** Bytes; 0 means no limit. */
  readonly size: number;
}

export interface SecretMount {
  readonly type: "secret";
  readonly id: string;
  /** Empty when only an environment variable is wanted. */
  readonly target: string;
  /** Name of the variable that holds it; empty for none. */
  readonly env: string;
  readonly required: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface SshMount {
  readonly type: "ssh";
  readonly id: string;
  readonly target: string;
  readonly required: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export type RunMount = BindMount | CacheMount | TmpfsMount | SecretMount | SshMount;

/** RUN. */
export interface RunDefinition {
  readonly op: "run";
  readonly base: VertexId;
  readonly args: readonly string[];
  /** Environment of the step in order: the image's, then its arguments. */
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: string;
  readonly mounts: readonly RunMount[];
  readonly network: "default" | "none" | "host";
  readonly security: "sandbox" | "insecure";
  /** A script that is put at this path while the step runs, and is no part of the layer. */
  readonly script: { readonly path: string; readonly content: string } | undefined;
}

/** What a vertex does. Everything that can change its result is in here or in its inputs. */
export type Definition =
  | ImageDefinition
  | ScratchDefinition
  | LocalDefinition
  | HttpDefinition
  | GitDefinition
  | InlineDefinition
  | CopyDefinition
  | WorkdirDefinition
  | RunDefinition;
