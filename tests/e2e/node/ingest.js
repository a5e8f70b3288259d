// node-media-server on loopback, watched: tells each publisher to the test's HTTP server, and pulls
// each accepted stream back over HTTP-FLV, as a viewer does, into a file of its own.
//
// Arguments: MODULE RTMP_PORT HTTP_PORT NOTIFY_PORT FOLDER

"use strict";

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");

const [module_, rtmp, web, notify, folder] = process.argv.slice(2);
const NodeMediaServer = require(module_);
const HOST = "127.0.0.1";

const server = new NodeMediaServer({
  bind: HOST,
  rtmp: { port: Number(rtmp) },
  http: { port: Number(web) },
  webadmin: { enable: false },
  store: { path: path.join(folder, "store") },
});

// One call at a time: events stay in their order.
let calls = Promise.resolve();

/** Tell the test of a publisher; what it replies. */
function tell(call, session) {
  const told = calls.then(() => new Promise((resolve) => {
    const query = new URLSearchParams({ name: session.streamName, clientid: session.id });
    const request = http.get(
      { host: HOST, port: Number(notify), path: `/${call}?${query}`, agent: false },
      (reply) => {
        reply.resume();
        reply.on("end", () => resolve(reply));
      },
    );
    request.on("error", () => resolve(null)); // the test is over
  }));
  calls = told;
  return told;
}

function record(session, name) {
  const file = fs.createWriteStream(path.join(folder, "recordings", `${name}.flv`));
  const pull = http.get(
    { host: HOST, port: Number(web), path: `${session.streamPath}.flv`, agent: false },
    (stream) => stream.pipe(file),
  );
  pull.on("error", () => file.end());
  session.socket.on("close", () => pull.destroy());
}

server.on("postPublish", (session) => {
  // Within its grace it would carry on the timestamps of sound and picture each from its own last
  // one, which sets them apart by whatever the lost connection had not delivered.
  session.broadcast.publishGraceMs = 0;
  // Emitted before the server has decided: a key that is on air has a publisher already.
  if (session.broadcast.publisher !== null) {
    tell("busy", session);
    return;
  }
  session.socket.on("close", () => tell("unpublish", session));
  tell("publish", session).then((reply) => {
    if (reply?.statusCode === 302) {
      record(session, reply.headers.location);
    } else {
      session.close();
    }
  });
});

server.run();
