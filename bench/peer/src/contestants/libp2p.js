// js-libp2p with floodsub or gossipsub over TCP, noise and yamux. Its direct message is a publication on a second topic
// that everybody takes and only the recipient hands on: what pubsub offers without a link to the recipient.
const TOPIC = 'broadcasts';
const DM_TOPIC = 'direct-messages';
const ID_CHARACTERS = 64;

// Node 20 lacks it; js-libp2p uses it.
Promise.withResolvers ??= () => {
  let resolve;
  let reject;
  const promise = new Promise((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
};

/** See libp2p.d.ts. */
export function libp2pPeers({ router, signed }) {
  return async handlers => {
    const [{ createLibp2p }, { tcp }, { noise }, { yamux }, { identify }, pubsub] = await Promise.all([
      import('libp2p'),
      import('@libp2p/tcp'),
      import('@chainsafe/libp2p-noise'),
      import('@chainsafe/libp2p-yamux'),
      import('@libp2p/identify'),
      router === 'floodsub'
        ? import('@libp2p/floodsub').then(({ floodsub }) => floodsub)
        : import('@libp2p/gossipsub').then(({ gossipsub }) => gossipsub),
    ]);
    const node = await createLibp2p({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionManager: { inboundConnectionThreshold: 1000 },
      services: {
        identify: identify(),
        pubsub: pubsub({
          globalSignaturePolicy: signed ? 'StrictSign' : 'StrictNoSign',
          emitSelf: false,
          allowPublishToZeroTopicPeers: true,
          ...(signed ? {} : { msgIdFn: ({ data }) => data.slice(0, 64) }),
        }),
      },
    });
    const { pubsub: service } = node.services;
    const id = node.peerId.toString().padEnd(ID_CHARACTERS);
    const encoder = new TextEncoder();
    const decoder = new TextDecoder();
    service.addEventListener('message', ({ detail: { topic, data } }) => {
      if (topic === TOPIC) handlers.broadcast(data);
      else if (decoder.decode(data.subarray(0, ID_CHARACTERS)) === id) handlers.dm(data.subarray(ID_CHARACTERS));
    });
    service.subscribe(TOPIC);
    service.subscribe(DM_TOPIC);
    const [address] = node.getMultiaddrs();
    const { multiaddr } = await import('@multiformats/multiaddr');
    return {
      id,
      port: Number(/\/tcp\/(\d+)/.exec(address.toString())[1]),
      connect: async port => void (await node.dial(multiaddr(`/ip4/127.0.0.1/tcp/${port}`))),
      isReady: links =>
        [TOPIC, DM_TOPIC].every(
          topic =>
            service.getSubscribers(topic).length === links &&
            (router === 'floodsub' || service.getMeshPeers(topic).length >= Math.min(links, 4)),
        ),
      broadcast: payload => service.publish(TOPIC, payload),
      dm: (to, payload) => {
        const data = new Uint8Array(ID_CHARACTERS + payload.length);
        data.set(encoder.encode(to));
        data.set(payload, ID_CHARACTERS);
        return service.publish(DM_TOPIC, data);
      },
      framesSent: () => undefined,
      close: () => node.stop(),
    };
  };
}
