#!/bin/sh
# Lists what engines have on this machine outside their folders, and what there is in the folder given, one a line.
folder=$1
awk '$5 ~ /strake/ { print "mount " $5 }' /proc/self/mountinfo
ip -o link 2>/dev/null | awk -F': ' '$2 ~ /^(strake|veth)/ { sub(/@.*/, "", $2); print "link " $2 }'
nft list tables 2>/dev/null | grep strake
find /sys/fs/cgroup -mindepth 2 -type d -path '*/strake*/*' -prune 2>/dev/null | sed 's/^/cgroup /'
for process in /proc/[0-9]*; do
  grep -qsF "$folder/" "$process/cmdline" && echo "process ${process#/proc/} $(tr '\0' ' ' <"$process/cmdline" | cut -c 1-100)"
done
find "$folder" -mindepth 1 -maxdepth 1 2>/dev/null | sed 's/^/file /'
exit 0
