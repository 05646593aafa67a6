import { fetchBlob, fetchSmallBlob, findBlob } from "./fetch-blob.ts";
import { EVERY_HOST } from "./hosts.ts";
import { listReferrers } from "./list-referrers.ts";
import { listTags } from "./list-tags.ts";
import { logIn } from "./login.ts";
import { mountBlob, pushBlob } from "./push-blob.ts";
import { pushManifest } from "./push-manifest.ts";
import { readManifest, resolveManifest } from "./read-manifest.ts";
import { searchRegistry } from "./search.ts";
import { createSession } from "./session.ts";
import { readSettings, settingsFolders } from "./settings.ts";
import { createTransport } from "./transport.ts";
import type { Registry, RegistryOptions } from "./types.ts";

/** Opens the registries; what it learns of them (schemes that work, tokens) lasts as long as it. */
export function openRegistry(options: RegistryOptions = {}): Registry {
  const { retryDelay = 250, stallTimeout = 60_000, credentials = async () => undefined } = options;
  const known = readSettings(options.folders ?? settingsFolders());
  const settings = options.insecure ? { ...known, insecure: [EVERY_HOST] } : known;
  const transport = createTransport(settings, { stallTimeout });
  const session = createSession({ settings, transport, credentials, retryDelay, stallTimeout });
  const context = { settings, transport, stallTimeout };
  return {
    resolve: (reference, call) => resolveManifest(session, reference, call),
    manifest: (reference, call) => readManifest(session, reference, call),
    blob: (repository, descriptor, call = {}) =>
      fetchBlob(session, repository, { descriptor, options: call }),
    smallBlob: (repository, descriptor, call = {}) =>
      fetchSmallBlob(session, repository, { descriptor, options: call }),
    findBlob: (repository, digest, call) => findBlob(session, repository, { digest, signal: call?.signal }),
    mountBlob: (repository, digest, { from, signal }) =>
      mountBlob(session, repository, { digest, from, signal }),
    pushBlob: (repository, upload, call = {}) => pushBlob(session, repository, { upload, options: call }),
    pushManifest: (reference, manifest, call = {}) =>
      pushManifest(session, reference, { manifest, options: call }),
    tags: (repository, call) => listTags(session, repository, call),
    referrers: (repository, digest, call = {}) => listReferrers(session, repository, { ...call, digest }),
    search: (request, call = {}) => searchRegistry(context, { ...request, ...call }),
    login: (domain, credential, call = {}) => logIn(context, domain, { credential, options: call }),
  };
}
