export { failedRequest, failureReason } from "./failed-request.ts";
export { toDescriptor, toDescriptors } from "./parse-descriptor.ts";
export { parseManifest } from "./read-manifest.ts";
export { openRegistry } from "./registry.ts";
export { type RegistrySettings, readSettings, settingsFolders } from "./settings.ts";
export type {
  BlobUpload,
  Credential,
  CredentialSource,
  LoginResult,
  ManifestDocument,
  PushedBlob,
  Registry,
  RegistryOptions,
  Repository,
  SearchResult,
} from "./types.ts";
