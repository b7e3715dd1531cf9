#!/usr/bin/env bash
# Functions that make two network namespaces, joined by a virtual cable, and start an MPI rank in each. To be sourced.
# They need root, ip, tc and Open MPI.
set -euo pipefail

near=reslab-near-$$
far=reslab-far-$$
work=$(mktemp -d)

clean_hosts() {
  ip netns pids "$near" 2>/dev/null | xargs -r kill -KILL || true
  ip netns pids "$far" 2>/dev/null | xargs -r kill -KILL || true
  ip netns del "$near" 2>/dev/null || true
  ip netns del "$far" 2>/dev/null || true
  rm -rf "$work"
}

# Makes the namespaces and changes to the new folder "$work". If this is impossible, prints the reason and ends the script.
make_hosts() {
  local side tool
  for tool in mpirun ip tc; do
    command -v "$tool" >/dev/null || { echo "skipped: there is no $tool"; exit 0; }
  done
  trap clean_hosts EXIT
  if ((EUID != 0)) || ! ip netns add "$near" 2>/dev/null; then
    echo "skipped: no network namespaces here"
    exit 0
  fi
  ip netns add "$far"
  ip link add near netns "$near" type veth peer name far netns "$far"
  ip -n "$near" addr add 10.77.0.1/24 dev near
  ip -n "$far" addr add 10.77.0.2/24 dev far
  for side in near far; do
    ip -n "reslab-$side-$$" link set lo up
    ip -n "reslab-$side-$$" link set "$side" up
  done
  cd "$work"
  export OMP_NUM_THREADS=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  # Stands for ssh: starts MPI's daemon in the far namespace.
  printf '#!/bin/bash\nshift\nexec ip netns exec %s bash -c "$*"\n' "$far" >agent
  chmod +x agent
  if ! timeout 60 bash -c "$(declare -p near work); $(declare -f mpirun_on_two_hosts); mpirun_on_two_hosts true" >said 2>&1; then
    cat said
    echo "skipped: mpirun starts no processes in network namespaces here"
    exit 0
  fi
}

# limit_cable RATE: sets the cable's rate in Mbit/s, in each direction.
limit_cable() {
  local side
  for side in near far; do
    ip netns exec "reslab-$side-$$" tc qdisc replace dev "$side" root tbf rate "$1mbit" burst 256kb latency 100ms
  done
}

# mpirun_on_two_hosts COMMAND...: starts COMMAND as one rank in each namespace.
mpirun_on_two_hosts() {
  ip netns exec "$near" mpirun --host 10.77.0.1,10.77.0.2 --bind-to none --mca plm_rsh_agent "$work/agent" \
    --mca btl self,tcp --mca btl_tcp_if_include 10.77.0.0/24 --mca oob_tcp_if_include 10.77.0.0/24 "$@"
}

# Prints the number of bytes that the near namespace has sent.
bytes_sent() { ip -n "$near" -s -j link show near | sed -E 's/.*"tx":\{"bytes":([0-9]+).*/\1/'; }
