// A page that was opened as a file may start no worker: the search runs in a hidden frame then.
if (location.protocol === "file:") {
  const post = (data) => parent.postMessage(data, "*");
  const load = (...urls) =>
    urls.reduce(
      (before, url) =>
        before.then(
          () =>
            new Promise((done) => {
              const script = document.createElement("script");
              script.src = url;
              script.onload = done;
              document.body.appendChild(script);
            })
        ),
      Promise.resolve()
    );
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.appendChild(this.frame);
      const inside = this.frame.contentWindow;
      window.addEventListener("message", (event) => {
        if (event.source !== inside) return;
        const told = new MessageEvent("message", { data: event.data });
        this.dispatchEvent(told);
        if (this.onmessage) this.onmessage(told);
      });
      inside.document.open();
      inside.document.write(
        `<body><script>postMessage = ${post}; importScripts = ${load}</` +
          `script><script src="${url}"></` + `script></body>`
      );
      inside.document.close();
      this.ready = new Promise((done) => {
        inside.onload = done;
      });
    }
    postMessage(data) {
      const inside = this.frame.contentWindow;
      this.ready.then(() => {
        inside.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) }));
      });
    }
    terminate() {
      this.frame.remove();
    }
  };
}
