import {
  field,
  goInt64,
  goMap,
  goPointer,
  goSlice,
  goString,
  goStruct,
  goTime,
  goUint64,
} from "../../template/index.ts";
import { containerConfigType, imageConfigAnswerType, imageConfigType } from "./config-type.ts";
import { graphDriverType } from "./graph-type.ts";

const words = goSlice(goString);
const texts = goMap(goString);
const omitEmpty = { omitEmpty: true };

const platformType = goStruct("v1.Platform", [
  field("Architecture", "architecture", goString),
  field("OS", "os", goString),
  field("OSVersion", "os.version", goString, omitEmpty),
  field("OSFeatures", "os.features", words, omitEmpty),
  field("Variant", "variant", goString, omitEmpty),
]);

const descriptorType = goStruct("v1.Descriptor", [
  field("MediaType", "mediaType", goString),
  field("Digest", "digest", goString),
  field("Size", "size", goInt64),
  field("URLs", "urls", words, omitEmpty),
  field("Annotations", "annotations", texts, omitEmpty),
  field("Data", "data", goString, omitEmpty),
  field("Platform", "platform", goPointer(platformType), omitEmpty),
  field("ArtifactType", "artifactType", goString, omitEmpty),
]);

const head = [
  field("ID", "Id", goString),
  field("RepoTags", "RepoTags", words),
  field("RepoDigests", "RepoDigests", words),
  field("Parent", "Parent", goString),
  field("Comment", "Comment", goString),
  field("Created", "Created", goString, omitEmpty),
];
const author = [field("DockerVersion", "DockerVersion", goString), field("Author", "Author", goString)];
const platform = [
  field("Architecture", "Architecture", goString),
  field("Variant", "Variant", goString, omitEmpty),
  field("Os", "Os", goString),
  field("OsVersion", "OsVersion", goString, omitEmpty),
  field("Size", "Size", goInt64),
];
const tail = [
  field("GraphDriver", "GraphDriver", graphDriverType),
  field(
    "RootFS",
    "RootFS",
    goStruct("image.RootFS", [
      field("Type", "Type", goString, omitEmpty),
      field("Layers", "Layers", words, omitEmpty),
    ]),
  ),
  field(
    "Metadata",
    "Metadata",
    goStruct("image.Metadata", [field("LastTagTime", "LastTagTime", goTime, omitEmpty)]),
  ),
  field("Descriptor", "Descriptor", goPointer(descriptorType), omitEmpty),
];

/** `image.InspectResponse` as the CLI reads it: what templates see. */
export const imageType = goStruct("image.InspectResponse", [
  ...head,
  field("Container", "Container", goString, omitEmpty),
  field("ContainerConfig", "ContainerConfig", goPointer(containerConfigType), omitEmpty),
  ...author,
  field("Config", "Config", goPointer(imageConfigType)),
  ...platform,
  field("VirtualSize", "VirtualSize", goInt64, omitEmpty),
  ...tail,
  field("Manifests", "Manifests", goSlice(goStruct("image.ManifestSummary", [])), omitEmpty),
]);

/** The daemon's answer (API 1.50): the same with the config at the end, in its older form. */
export const imageAnswerType = goStruct("image.InspectResponse", [
  ...head,
  ...author,
  ...platform,
  ...tail,
  field("Config", "Config", imageConfigAnswerType),
]);

/** `image.Summary`: an item of `GET /images/json`. */
export const imageListItemType = goStruct("image.Summary", [
  field("Containers", "Containers", goInt64),
  field("Created", "Created", goInt64),
  field("ID", "Id", goString),
  field("Labels", "Labels", texts),
  field("ParentID", "ParentId", goString),
  field("Descriptor", "Descriptor", goPointer(descriptorType), omitEmpty),
  field("RepoDigests", "RepoDigests", words),
  field("RepoTags", "RepoTags", words),
  field("SharedSize", "SharedSize", goInt64),
  field("Size", "Size", goInt64),
]);

/** `image.HistoryResponseItem`. */
export const historyItemType = goStruct("image.HistoryResponseItem", [
  field("Comment", "Comment", goString),
  field("Created", "Created", goInt64),
  field("CreatedBy", "CreatedBy", goString),
  field("ID", "Id", goString),
  field("Size", "Size", goInt64),
  field("Tags", "Tags", words),
]);

/** `image.DeleteResponse`. */
export const removedImageType = goStruct("image.DeleteResponse", [
  field("Deleted", "Deleted", goString, omitEmpty),
  field("Untagged", "Untagged", goString, omitEmpty),
]);

/** `image.PruneReport`. */
export const imagePruneType = goStruct("image.PruneReport", [
  field("ImagesDeleted", "ImagesDeleted", goSlice(removedImageType)),
  field("SpaceReclaimed", "SpaceReclaimed", goUint64),
]);
