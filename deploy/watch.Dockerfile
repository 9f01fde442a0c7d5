# playscope watch with a browser that has the codecs of most streams (Debian's Chromium: H.264, AAC, VP9, AV1, Opus).
#   docker build -f deploy/watch.Dockerfile -t playscope-watch deploy
#   docker run --rm playscope-watch https://tv.example/live.m3u8 --for 60s --expect 'startup.p95 < 2s'
FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends chromium \
 && rm -rf /var/lib/apt/lists/*
RUN npm install --global playscope@0.1 playwright-core@1.65 && npm cache clean --force
ENV PLAYSCOPE_BROWSER=/usr/bin/chromium
USER node
WORKDIR /home/node
ENTRYPOINT ["playscope", "watch"]
