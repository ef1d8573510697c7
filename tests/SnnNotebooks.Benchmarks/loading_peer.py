"""Reads a folder of images as torchvision's reference script trains on ImageNet (random crop of 224, normalisation), or augments
pictures of 32 x 32 in memory (RandAugment, normalisation, erasing). Nothing mirrors: the kit does that where it trains.
Prints the seconds of each epoch as JSON.
usage: loading_peer.py FOLDER|COUNT BATCH WORKERS EPOCHS"""
import json, sys, time
import numpy, torch, torchvision
from PIL import Image
from torchvision import transforms

source, (batch, workers, epochs) = sys.argv[1], map(int, sys.argv[2:])
torch.set_num_threads(1)


class Small(torch.utils.data.Dataset):
    def __init__(self, count):
        self.pixels = numpy.random.default_rng(1).integers(0, 256, (count, 32, 32, 3), numpy.uint8)
        self.change = transforms.Compose([
            transforms.RandAugment(1, 9), transforms.ToTensor(),
            transforms.Normalize([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]), transforms.RandomErasing(0.25)])

    def __len__(self):
        return len(self.pixels)

    def __getitem__(self, place):
        return self.change(Image.fromarray(self.pixels[place])), 0


images = Small(int(source)) if source.isdigit() else torchvision.datasets.ImageFolder(source, transforms.Compose([
    transforms.RandomResizedCrop(224), transforms.ToTensor(),
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
