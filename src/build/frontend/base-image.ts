import type { Stage } from "../../dockerfile/index.ts";
import type { Image } from "../../image/index.ts";
import {
  familiarName,
  familiarReference,
  formatReference,
  type Platform,
  parseReference,
  withDefaultTag,
} from "../../oci/index.ts";
import type { NamedContext } from "../request.ts";

/** What a FROM or `--from` names. */
export type BaseChoice =
  | { readonly kind: "scratch" }
  | { readonly kind: "stage"; readonly stage: Stage }
  | { readonly kind: "context"; readonly name: string; readonly context: NamedContext }
  | { readonly kind: "image"; readonly reference: string };

/** Finds or fetches an image. Throws `notFound`. */
export type ResolveImage = (reference: string, platform: Platform) => Promise<Image>;

/** The named context that stands for `name`, under any of the forms that name the same image. */
export function findNamedContext(
  contexts: Readonly<Record<string, NamedContext>>,
  name: string,
): { readonly name: string; readonly context: NamedContext } | undefined {
  for (const form of formsOf(name)) {
    const context = Object.hasOwn(contexts, form) ? contexts[form] : undefined;
    if (context !== undefined) return { name: form, context };
  }
  return undefined;
}

function formsOf(name: string): string[] {
  try {
    const reference = parseReference(name);
    const tagged = withDefaultTag(reference);
    const short = tagged.tag === "latest" ? [familiarName(reference)] : [];
    return [
      name,
      name.toLowerCase(),
      familiarReference(tagged),
      ...short,
      formatReference(tagged),
      formatReference(reference),
    ];
  } catch {
    return [name, name.toLowerCase()];
  }
}
