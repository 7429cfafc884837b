# Builds with BuildKit and with Docker's classic builder:
#
#   docker build --build-arg VERSION=0.1.0 --tag registry-integrity-probe:0.1.0 .
#
# Both bases are indexes for amd64 and arm64, pinned by digest. What a tag points to now is told by
#
#   docker buildx imagetools inspect gcr.io/distroless/nodejs24-debian13:nonroot
#
# and another base (a mirror, a slim image) is a build argument away: any image with Node 24 on the PATH set below.
ARG BUILD_IMAGE=docker.io/library/node:24.21.0-trixie-slim@sha256:8ec5d7557396cfe32d21c3f9c13072355ceab22b584578ca4bb28af31120cffe
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot@sha256:9eeb7f5887d0e239e78264b06f7f11d2e14be534050481803a9e4728fcdd278e
# The machine that builds. BuildKit knows it; the classic builder is told, where it is not this one.
ARG BUILD_PLATFORM=${BUILDPLATFORM:-linux/amd64}

# The bundle is JavaScript and the same for every architecture, so it is made once, without emulation.
FROM --platform=${BUILD_PLATFORM} ${BUILD_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Nothing that a package wants to run is needed for the bundle.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY src ./src
RUN npm run --silent build

# No RUN from here on: the base may have no shell, and may be of another architecture than this machine.
FROM ${RUNTIME_IMAGE}
ARG RUNTIME_IMAGE
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
# Where it lives (source, url) is for whoever publishes it: --label org.opencontainers.image.source=…
LABEL org.opencontainers.image.title="registry-integrity-probe" \
      org.opencontainers.image.description="Tells whether every image that a private container registry offers would still pull." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="${RUNTIME_IMAGE}"
# Node is in /nodejs/bin of a distroless image and in /usr/local/bin of the official one. HOME is where ~/.docker is
# looked for, and is the same for a user that has no name, as OpenShift gives one.
ENV PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/home/nonroot \
    NODE_ENV=production
# A base's own working directory may be closed to other users than its own.
WORKDIR /app
COPY --from=build /build/dist/ ./
# A number, for Kubernetes cannot tell whether a name is root.
USER 65532:65532
# Without the first two, Node would take more than a small container may have. Without the third, it ends a program whose
# heap is nearly full and that gets little of a processor, before the program has said what it knows; ours sees to that
# itself. What a user adds is in NODE_OPTIONS.
ENTRYPOINT ["node", "--max-old-space-size-percentage=50", "--max-semi-space-size=4", "--no-detect-ineffective-gcs-near-heap-limit", "/app/registry-integrity-probe.mjs"]
CMD ["--help"]
