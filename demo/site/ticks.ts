// A worker: its timer keeps its pace while the page is in the background, where a page's own timers do not.
setInterval(() => postMessage(0), 40);
