const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** 4 or 6 for the text of an IP address (RFC 791, RFC 4291), 0 for anything else. */
export function isIP(text: string): 0 | 4 | 6 {
  if (IPV4.test(text)) return 4;
  const [address = "", ...zone] = text.split("%");
  const isZoned = zone.length === 0 || (zone.length === 1 && zone[0] !== "");
  return isZoned && /^[0-9a-f:.]+$/i.test(address) && URL.canParse(`http://[${address}]/`) ? 6 : 0;
}
