"""Reads event files with TensorBoard's own reader. For each line on standard input, a directory, prints one line of
JSON: the scalars as {tag: [[step, value], ...]}, the images as {tag: [[step, height, width, bytes in hexadecimal], ...]}
and the hyperparameters as {name: value}."""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2

for line in sys.stdin:
    events = EventAccumulator(line.rstrip("\n"), size_guidance={"scalars": 0, "tensors": 0, "images": 0})
    events.Reload()
    scalars = {tag: [[event.step, event.value] for event in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
    images = {
        tag: [[e.step, e.height, e.width, e.encoded_image_string.hex()] for e in events.Images(tag)]
        for tag in events.Tags()["images"]
    }
    settings = {}
    finished = False
    try:
        contents = events.PluginTagToContent("hparams").values()
    except KeyError:
        contents = []
    for data in map(plugin_data_pb2.HParamsPluginData.FromString, contents):
        for name, value in data.session_start_info.hparams.items():
            settings[name] = getattr(value, value.WhichOneof("kind"))
        finished = finished or data.HasField("session_end_info")
    print(json.dumps({"scalars": scalars, "images": images, "settings": settings, "finished": finished}), flush=True)
