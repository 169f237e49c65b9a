// Starts @y/websocket-server as its README says: its own program, told by the environment where to
// listen. Documents are in memory only. Usage: node y-websocket.mjs PORT

process.env.HOST = '127.0.0.1';
process.env.PORT = process.argv[2];
// Its package exports parts of it, but not the program itself, so that is named by its path.
await import('./node_modules/@y/websocket-server/src/server.js');
