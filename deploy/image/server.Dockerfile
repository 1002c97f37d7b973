# The server, of a release:
#   npm run pack
#   docker build -f deploy/image/server.Dockerfile --build-arg VERSION=0.1.0 -t REGISTRY/unmasq:0.1.0 build/release
# The base is named by a tag that its makers move with their fixes; where an image has to be the same for ever, put the digest that you tested behind it.
FROM node:24-bookworm-slim AS laid
ARG VERSION
ADD unmasq-${VERSION}.tar.gz /opt/
RUN mv /opt/unmasq-${VERSION} /opt/unmasq
WORKDIR /opt/unmasq
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
COPY --from=laid /opt/unmasq /opt/unmasq
# One arena of memory: threads hand each other what they read and write, and glibc would keep what was freed for each thread apart.
ENV MALLOC_ARENA_MAX=1
# It writes to the folder that UNMASQ_DATA names, and to /tmp.
USER 10001:10001
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "/opt/unmasq/src/main.ts"]
CMD ["serve"]
