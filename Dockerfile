# An image with the program and Debian's LibTorch, for CPUs.
#   docker build -t reslab .
#   docker run --rm -v "$PWD:/work" -u "$(id -u):$(id -g)" reslab run /usr/share/reslab/experiments/demo.json
FROM debian:12 AS build
COPY scripts/libraries.txt /source/scripts/
RUN apt-get update && \
    grep -v '^#' /source/scripts/libraries.txt | xargs apt-get install -y --no-install-recommends \
      g++ cmake ninja-build pkg-config git dpkg-dev file libtorch-dev libcurl4-openssl-dev libarchive-dev libssl-dev libopenmpi-dev
COPY . /source
RUN cd /source && \
    cmake --preset release -B /build -DRESLAB_TORCH=/usr -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_TESTING=OFF && \
    cmake --build /build && \
    cpack --config /build/CPackConfig.cmake -B /packages

FROM debian:12-slim
COPY --from=build /packages/reslab_*.deb /packages/
RUN apt-get update && \
    apt-get install -y /packages/reslab_*.deb && \
    rm -rf /packages /var/lib/apt/lists/*
WORKDIR /work
ENTRYPOINT ["reslab"]
