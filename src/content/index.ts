export {
  type BlobInfo,
  type BlobSource,
  type ContentStore,
  type ExpectedBlob,
  openContent,
} from "./content.ts";
