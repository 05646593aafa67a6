import { parseBytes, parseCsv, parseGoBool } from "../../base/index.ts";
import type { RequestMount } from "./engine-types.ts";

type Options = Record<string, unknown>;
type Draft = {
  type: string;
  source?: string;
  target: string;
  readOnly: boolean;
  consistency?: string;
  recursive?: string;
  bind: Options;
  volume: Options;
  image: Options;
  tmpfs: Options;
};

/** Reads one `--mount`; a relative source stays as it is. Throws with Docker's texts. */
export function parseMount(text: string): RequestMount {
  const draft: Draft = {
    type: "volume",
    target: "",
    readOnly: false,
    bind: {},
    volume: {},
    image: {},
    tmpfs: {},
  };
  for (const field of parseCsv(text)) readField(draft, field);
  if (draft.target === "") throw new Error("target is required");
  checkFamilies(draft);
  applyRecursive(draft);
  return toMount(draft);
}

const FLAGS_WITHOUT_VALUE = ["readonly", "ro", "volume-nocopy", "bind-nonrecursive"];

function readField(draft: Draft, field: string): void {
  const at = field.indexOf("=");
  const key = (at < 0 ? field : field.slice(0, at)).toLowerCase();
  if (at < 0 && !FLAGS_WITHOUT_VALUE.includes(key)) {
    throw new Error(`invalid field '${field}' must be a key=value pair`);
  }
  const value = at < 0 ? "true" : field.slice(at + 1);
  const read = FIELDS[key];
  if (read === undefined) throw new Error(`unexpected key '${key}' in '${field}'`);
  read(draft, value, key);
}

type Read = (draft: Draft, value: string, key: string) => void;

const readTarget: Read = (draft, value) => {
  draft.target = value;
};
const readSource: Read = (draft, value) => {
  draft.source = value;
};
const readReadOnly: Read = (draft, value, key) => {
  draft.readOnly = boolOf(value, key);
};

const FIELDS: Readonly<Record<string, Read>> = {
  type: (draft, value) => {
    if (value === "") throw new Error("type is required");
    draft.type = value.toLowerCase();
  },
  source: readSource,
  src: readSource,
  target: readTarget,
  dst: readTarget,
  destination: readTarget,
  readonly: readReadOnly,
  ro: readReadOnly,
  consistency: (draft, value) => {
    draft.consistency = value.toLowerCase();
  },
  "bind-propagation": (draft, value) => {
    draft.bind.Propagation = value.toLowerCase();
  },
  "bind-nonrecursive": (draft, value, key) => {
    draft.bind.NonRecursive = boolOf(value, key);
  },
  "bind-recursive": (draft, value) => {
    if (!["enabled", "disabled", "writable", "readonly"].includes(value)) {
      throw new Error(
        `invalid value for bind-recursive: ${value} (must be "enabled", "disabled", "writable", or "readonly")`,
      );
    }
    draft.recursive = value;
    draft.bind.NonRecursive = value === "disabled";
  },
  "volume-driver": (draft, value) => {
    draft.volume.DriverConfig = { ...(draft.volume.DriverConfig as Options | undefined), Name: value };
  },
  "volume-label": (draft, value) => {
    draft.volume.Labels = withPair(draft.volume.Labels, value);
  },
  "volume-opt": (draft, value) => {
    const before = draft.volume.DriverConfig as { Options?: Options } | undefined;
    draft.volume.DriverConfig = { ...before, Options: withPair(before?.Options, value) };
  },
  "volume-nocopy": (draft, value, key) => {
    draft.volume.NoCopy = boolOf(value, key);
  },
  "volume-subpath": (draft, value) => {
    draft.volume.Subpath = value;
  },
  "image-subpath": (draft, value) => {
    draft.image.Subpath = value;
  },
  "tmpfs-size": (draft, value, key) => {
    try {
      draft.tmpfs.SizeBytes = parseBytes(value);
    } catch {
      throw new Error(`invalid value for ${key}: ${value}`);
    }
  },
  "tmpfs-mode": (draft, value, key) => {
    if (!/^[0-7]+$/.test(value) || Number.parseInt(value, 8) > 0xffffffff) {
      throw new Error(`invalid value for ${key}: ${value}`);
    }
    draft.tmpfs.Mode = Number.parseInt(value, 8);
  },
};

function boolOf(value: string, key: string): boolean {
  const parsed = parseGoBool(value);
  if (parsed === undefined) throw new Error(`invalid value for ${key}: ${value}`);
  return parsed;
}

function withPair(before: unknown, text: string): Options {
  const [key = ""] = text.split("=", 1);
  return { ...(before as Options | undefined), [key]: text.slice(key.length + 1) };
}

function checkFamilies(draft: Draft): void {
  for (const family of ["volume", "bind", "image", "tmpfs"] as const) {
    if (draft.type !== family && Object.keys(draft[family]).length > 0) {
      throw new Error(`cannot mix '${family}-*' options with mount type '${draft.type}'`);
    }
  }
}

function applyRecursive(draft: Draft): void {
  const { recursive } = draft;
  if (recursive !== "writable" && recursive !== "readonly") return;
  const option = `option 'bind-recursive=${recursive}'`;
  if (!draft.readOnly) throw new Error(`${option} requires 'readonly' to be specified in conjunction`);
  if (recursive === "writable") {
    draft.bind.ReadOnlyNonRecursive = true;
    return;
  }
  if (draft.bind.Propagation !== "rprivate") {
    throw new Error(`${option} requires 'bind-propagation=rprivate' to be specified in conjunction`);
  }
  draft.bind.ReadOnlyForceRecursive = true;
}

function toMount(draft: Draft): RequestMount {
  const families = {
    bind: "BindOptions",
    volume: "VolumeOptions",
    image: "ImageOptions",
    tmpfs: "TmpfsOptions",
  };
  const options: Options = {};
  for (const [family, name] of Object.entries(families)) {
    const given = draft[family as "bind" | "volume" | "image" | "tmpfs"];
    if (Object.keys(given).length > 0) options[name] = given;
  }
  return {
    Type: draft.type as RequestMount["Type"],
    ...(draft.source === undefined ? {} : { Source: draft.source }),
    Target: draft.target,
    ...(draft.readOnly ? { ReadOnly: true } : {}),
    ...(draft.consistency === undefined ? {} : { Consistency: draft.consistency }),
    ...options,
  };
}
