# The agent, of a release, with what it needs of it: no engine, no store, no server.
#   npm run pack
#   docker build -f deploy/image/agent.Dockerfile --build-arg VERSION=0.1.0 -t REGISTRY/unmasq-agent:0.1.0 build/release
FROM node:24-bookworm-slim AS laid
ARG VERSION
ADD unmasq-${VERSION}.tar.gz /opt/
RUN mv /opt/unmasq-${VERSION} /opt/unmasq
WORKDIR /opt/unmasq
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
# Kubernetes gives a capability to nobody but root. The agent is started by a setpriv that has NET_ADMIN by its file, hands it on, and forbids any more; no other file here gives its caller anything.
RUN apt-get update && apt-get install -y --no-install-recommends conntrack libcap2-bin \
  && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
  && mkdir -p /opt/unmasq && cp /usr/bin/setpriv /opt/unmasq/with-net-admin && setcap cap_net_admin+ep /opt/unmasq/with-net-admin \
  && apt-get purge -y --auto-remove libcap2-bin && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/unmasq
COPY --from=laid /opt/unmasq/package.json package.json
COPY --from=laid /opt/unmasq/node_modules/commander node_modules/commander
COPY --from=laid /opt/unmasq/deploy/image/unmasq-agent deploy/image/unmasq-agent
COPY --from=laid /opt/unmasq/src/main.ts src/main.ts
COPY --from=laid /opt/unmasq/src/agent src/agent
COPY --from=laid /opt/unmasq/src/app src/app
COPY --from=laid /opt/unmasq/src/base src/base
COPY --from=laid /opt/unmasq/src/cli src/cli
COPY --from=laid /opt/unmasq/src/contract src/contract
COPY --from=laid /opt/unmasq/src/core src/core
COPY --from=laid /opt/unmasq/src/formats src/formats
COPY --from=laid /opt/unmasq/src/journal src/journal
# What strips types from the source takes 30 MiB that no other process needs: it is done once, here, and for Node's settings of unmasq-agent alone.
ENV NODE_COMPILE_CACHE=/opt/unmasq/compiled
RUN timeout --preserve-status 5 deploy/image/unmasq-agent --server http://127.0.0.1:9 --node warm-up --spool /tmp/spool; rm -rf /tmp/spool
USER 10002:10002
ENTRYPOINT ["/opt/unmasq/with-net-admin", "--inh-caps=+net_admin", "--ambient-caps=+net_admin", "--no-new-privs", "/opt/unmasq/deploy/image/unmasq-agent"]
