/** Schema steps in order; the database's `user_version` counts those that were applied. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE images (
    id TEXT PRIMARY KEY,            -- sha256:… of the config
    config BLOB NOT NULL,           -- the config's exact bytes
    created INTEGER NOT NULL,       -- unix seconds
    size INTEGER NOT NULL,          -- unpacked bytes of all layers
    parent TEXT,                    -- image ID that a commit started from
    top TEXT,                       -- chainID of the top layer; NULL for an image without layers
    labels TEXT NOT NULL,           -- JSON object
    tagged INTEGER NOT NULL DEFAULT 0, -- last time a name was given, ns
    last_used INTEGER NOT NULL DEFAULT 0 -- unix seconds
  ) STRICT;
  CREATE INDEX images_parent ON images(parent);
  CREATE INDEX images_top ON images(top);
  CREATE TABLE refs (
    name TEXT PRIMARY KEY,          -- docker.io/library/debian:bookworm or …@sha256:…
    image TEXT NOT NULL REFERENCES images(id)
  ) STRICT;
  CREATE INDEX refs_image ON refs(image);
  CREATE TABLE layers (
    chain_id TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    diff_id TEXT NOT NULL,
    parent TEXT REFERENCES layers(chain_id),
    size INTEGER NOT NULL,
    tar_size INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX layers_parent ON layers(parent);
  CREATE INDEX layers_diff ON layers(diff_id);
  CREATE TABLE snapshots (
    key TEXT PRIMARY KEY,
    driver TEXT NOT NULL,
    parent TEXT REFERENCES layers(chain_id),
    folder TEXT NOT NULL
  ) STRICT;
  CREATE INDEX snapshots_parent ON snapshots(parent);
  CREATE TABLE blobs (
    digest TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    used INTEGER NOT NULL           -- unix seconds
  ) STRICT;
  CREATE TABLE containers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,       -- ns
    image TEXT NOT NULL,            -- image ID
    status TEXT NOT NULL,
    record TEXT NOT NULL            -- JSON of container/record.ts
  ) STRICT;
  CREATE INDEX containers_created ON containers(created);
  CREATE INDEX containers_image ON containers(image);
  CREATE TABLE networks (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL
  ) STRICT;
  CREATE TABLE endpoints (
    container TEXT NOT NULL,
    network TEXT NOT NULL,
    address TEXT,                   -- IPv4 without prefix
    record TEXT NOT NULL,
    PRIMARY KEY (container, network)
  ) STRICT;
  CREATE UNIQUE INDEX endpoints_address ON endpoints(network, address);
  CREATE TABLE published (
    protocol TEXT NOT NULL,
    host_ip TEXT NOT NULL,
    host_port INTEGER NOT NULL,
    container TEXT NOT NULL,
    PRIMARY KEY (protocol, host_ip, host_port)
  ) STRICT;
  CREATE TABLE volumes (
    name TEXT PRIMARY KEY,
    created INTEGER NOT NULL,       -- unix seconds
    record TEXT NOT NULL
  ) STRICT;
  CREATE TABLE volume_uses (
    volume TEXT NOT NULL REFERENCES volumes(name),
    container TEXT NOT NULL,
    PRIMARY KEY (volume, container)
  ) STRICT;
  CREATE TABLE execs (
    id TEXT PRIMARY KEY,
    container TEXT NOT NULL,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX execs_container ON execs(container);
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,          -- ns
    type TEXT NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    attributes TEXT NOT NULL        -- JSON object
  ) STRICT;
  CREATE TABLE leases (
    id TEXT PRIMARY KEY,
    pid INTEGER NOT NULL,
    start_time INTEGER NOT NULL,    -- clock ticks since boot: tells the holder from a later process with its pid
    boot TEXT NOT NULL,             -- boot ID
    kind TEXT NOT NULL,
    path TEXT NOT NULL              -- what to remove when the holder is gone
  ) STRICT;
  `,
  `
  CREATE TABLE volume_mounts (      -- what running containers see of volumes
    volume TEXT NOT NULL,
    container TEXT NOT NULL,
    destination TEXT NOT NULL,
    PRIMARY KEY (volume, container, destination)
  ) STRICT;
  ALTER TABLE volume_uses ADD COLUMN named INTEGER NOT NULL DEFAULT 0; -- 1: the user gave the name, so the volume outlives the container
  `,
  `
  CREATE TABLE context_files (
    root TEXT NOT NULL,             -- absolute path of a build context
    folder TEXT NOT NULL,           -- below it
    files TEXT NOT NULL,            -- JSON: name, state and content of each file that was hashed
    PRIMARY KEY (root, folder)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE stack_listings (
    chain_id TEXT NOT NULL,         -- stack that was listed
    request TEXT NOT NULL,          -- digest of what was asked for
    listing TEXT NOT NULL,          -- digest of the listing
    PRIMARY KEY (chain_id, request)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE copied_layers (
    copy TEXT PRIMARY KEY,          -- digest of what tells one COPY from others
    chain_id TEXT NOT NULL          -- the layer it made last
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE build_cache (
    key TEXT PRIMARY KEY,           -- digest of the parts
    quick_key TEXT,                 -- digest of the same step on the same stacks; NULL when it read files of this machine
    chain_id TEXT NOT NULL,         -- the stack that the step gave
    parts TEXT NOT NULL,            -- JSON of all that decided the result
    description TEXT NOT NULL,
    created INTEGER NOT NULL,       -- unix ms
    used INTEGER NOT NULL,          -- unix ms
    uses INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX build_cache_quick ON build_cache(quick_key);
  CREATE INDEX build_cache_chain ON build_cache(chain_id);
  CREATE TABLE build_listings (
    digest TEXT PRIMARY KEY,
    listing BLOB NOT NULL           -- zstd
  ) STRICT;
  CREATE TABLE builds (
    id TEXT PRIMARY KEY,
    started INTEGER NOT NULL,       -- unix ms
    project TEXT NOT NULL,          -- what it built: context, Dockerfile and platform
    status TEXT NOT NULL,           -- running, done, failed
    image TEXT                      -- image ID
  ) STRICT;
  CREATE INDEX builds_started ON builds(started);
  CREATE INDEX builds_image ON builds(image);
  CREATE TABLE build_steps (
    build TEXT NOT NULL REFERENCES builds(id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    stage TEXT NOT NULL,
    step INTEGER NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    status TEXT NOT NULL,           -- cached, ran, failed
    key TEXT NOT NULL,
    parts TEXT NOT NULL,
    reasons TEXT NOT NULL,          -- JSON
    milliseconds INTEGER NOT NULL,
    PRIMARY KEY (build, seq)
  ) STRICT;
  `,
  `
  CREATE TABLE cache_mounts (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL,              -- what mounts must have in common to share it
    slot INTEGER NOT NULL,
    description TEXT NOT NULL,
    created INTEGER NOT NULL,       -- unix milliseconds
    last_used INTEGER NOT NULL DEFAULT 0,
    uses INTEGER NOT NULL DEFAULT 0,
    UNIQUE (key, slot)
  ) STRICT;
  `,
  `
  CREATE TABLE layer_blobs (        -- the compressed forms of layers that are known
    diff_id TEXT NOT NULL,
    digest TEXT NOT NULL,           -- of the blob, which need not be here
    size INTEGER NOT NULL,          -- bytes of the blob
    media_type TEXT NOT NULL,
    PRIMARY KEY (diff_id, digest)
  ) STRICT;
  CREATE INDEX layer_blobs_digest ON layer_blobs(digest);
  CREATE TABLE blob_sources (       -- repositories that are known to have a blob
    digest TEXT NOT NULL,
    repository TEXT NOT NULL,       -- docker.io/library/debian
    PRIMARY KEY (digest, repository)
  ) STRICT;
  CREATE TABLE image_manifests (    -- what images were pulled by and pushed as
    image TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (image, digest)
  ) STRICT;
  `,
  `
  CREATE TABLE fetched_sources (    -- downloads and checkouts of builds
    key TEXT PRIMARY KEY,           -- digest of where it comes from
    id TEXT NOT NULL,               -- name of its folder under sources/
    facts TEXT NOT NULL,            -- JSON object
    size INTEGER NOT NULL,
    used INTEGER NOT NULL           -- unix milliseconds
  ) STRICT;
  `,
  `
  ALTER TABLE endpoints ADD COLUMN address6 TEXT; -- IPv6 without prefix
  CREATE UNIQUE INDEX endpoints_address6 ON endpoints(network, address6);
  `,
  `
  ALTER TABLE cache_mounts ADD COLUMN size INTEGER NOT NULL DEFAULT 0;     -- bytes, when last measured
  ALTER TABLE cache_mounts ADD COLUMN measured INTEGER NOT NULL DEFAULT 0; -- unix milliseconds
  `,
];
