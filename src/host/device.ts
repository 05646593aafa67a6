/** The device number (dev_t) of a major and a minor number, as glibc's makedev(3). */
export function makedev(major: number, minor: number): number {
  const low = (minor & 0xff) + (major & 0xfff) * 0x100 + (minor >>> 8) * 0x100000;
  return low + Math.floor(major / 0x1000) * 2 ** 44;
}

/** The major number of a device number. */
export function majorOf(dev: number): number {
  return (Math.floor(dev / 0x100) & 0xfff) + Math.floor(dev / 2 ** 44) * 0x1000;
}

/** The minor number of a device number. */
export function minorOf(dev: number): number {
  return (dev & 0xff) + (Math.floor(dev / 0x100000) & 0xffffff) * 0x100;
}
