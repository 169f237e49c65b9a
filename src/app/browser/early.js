// Asks the relay what the link in the address opens, while the program is still on its way: on a slow
// network the answers take as long as a good part of the program. `network.rs` takes them, each once.
(() => {
  const workshop = /^\/w\/([^/]+)\/?$/.exec(location.pathname)?.[1];
  const key = location.hash.slice(1);
  if (!workshop || !key) {
    return;
  }
  const access = `/api/workshops/${workshop}`;
  const answer = fetch(access, { headers: { authorization: `Bearer ${key}` } });
  // Whoever takes it hears of it.
  answer.catch(() => {});
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/sync`);
  socket.binaryType = 'arraybuffer';
  window.early = { [`${access} ${key}`]: answer, '/sync': socket };
})();
