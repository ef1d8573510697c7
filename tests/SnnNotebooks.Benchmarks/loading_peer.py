"""Reads a folder of images as torchvision's reference script trains on ImageNet (random crop of 224, flip, normalisation);
prints the seconds of each epoch as JSON.
usage: loading_peer.py FOLDER BATCH WORKERS EPOCHS"""
import json, sys, time
import torch, torchvision
from torchvision import transforms

folder, batch, workers, epochs = sys.argv[1], *map(int, sys.argv[2:])
torch.set_num_threads(1)
images = torchvision.datasets.ImageFolder(folder, transforms.Compose([
    transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip(), transforms.ToTensor(),
    transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])]))
loader = torch.utils.data.DataLoader(images, batch, shuffle=True, num_workers=workers, persistent_workers=True)
seconds = []
for _ in range(epochs + 1):
    start, count = time.perf_counter(), 0
    for inputs, _ in loader:
        count += len(inputs)
    seconds.append(time.perf_counter() - start)
    assert count == len(images)
print(json.dumps({"torchvision": torchvision.__version__, "torch": torch.__version__, "seconds": seconds[1:]}))
