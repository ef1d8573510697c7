using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SkiaSharp;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Images;

namespace SnnNotebooks.Tests.Datasets.Images;

/// <summary>JPEGs of 21 x 19 pixels that Pillow 9.4.0 wrote: the first bytes of the SHA-256 of its pixels, and the file.</summary>
public sealed class JpegImageTests
{
    private static readonly Dictionary<string, (string Pixels, string File)> Samples = new()
    {
        ["colour"] = ("f39fba39a0b71c23",
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk"
            + "//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAATABUDASIAAhEBAxEB"
            + "/8QAFwABAAMAAAAAAAAAAAAAAAAAAAQFBv/EACQQAAAGAQQBBQAAAAAAAAAAAAABAgMEEQUSEyExQSIyUXFy/8QAFwEAAwEAAAAAAAAAAAAAAAAAAwQFBv"
            + "/EACQRAAIBAgQHAQAAAAAAAAAAAAECAAMRBBMhMQUGFEFRYZHB/9oADAMBAAIRAxEAPwDHwsfdcC/hYy69Il4+BdcC8ixDUZJRwn5LyBZlMIGfW+wgMJjz"
            + "5kFjGo0dpIBpWILZIrTq+gCnU0u4X6ZeXHm28qYCEk2ZkXgY9vN5R5kjVNdSaets9Hf5qwAO8PUGmxI1Cm3reZvlpFcuWF7W/ZKiNI2vaQAAv0FXLGk3wJ"
            + "tP/9k="),
        ["full"] = ("6e31e1bc2cfb20b3",
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk"
            + "//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAATABUDAREAAhEBAxEB"
            + "/8QAFgABAQEAAAAAAAAAAAAAAAAABQQG/8QAJBAAAAYBBAEFAAAAAAAAAAAAAAECAwQRBRITITFBIjJRcXL/xAAaAQABBQEAAAAAAAAAAAAAAAAFAAIDBA"
            + "cG/8QAJhEAAQQBAwMEAwAAAAAAAAAAAQACAwQhERIxEyJRYXGhsUGBwf/aAAwDAQACEQMRAD8Ax8LH3XAaO7hRxWE/Cxl16Q9tbcikVlMsY1GjtJCAwVwS"
            + "C8A+4RJlk6KHHwLrgKo7cs+jsJyLENRklHCfkvIiluvmd04HaN8jk/0eEUhm0yUuxBbJFadX0KHUrR4Hd7Z+cfCKsncQiYCEk2ZkXgWK7i2u9wOdp+iuDj"
            + "J1Cx7ebyjzJGqa6k09bZ6O/wA1YNitDBVe6Nucev59eFo9ajXY7DB+8/aqiNI2vaQuVI2bOEcDiv/Z"),
        ["progressive"] = ("f39fba39a0b71c23",
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk"
            + "//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wgARCAATABUDASIAAhEBAxEB"
            + "/8QAFwABAAMAAAAAAAAAAAAAAAAAAAMEBf/EABcBAAMBAAAAAAAAAAAAAAAAAAIDBQT/2gAMAwEAAhADEAAAAce/NeBcDSK31McdNlFC/wD/xAAZEAADAQ"
            + "EBAAAAAAAAAAAAAAAAAQIDITH/2gAIAQEAAQUCjMjMWZnBMihEeLbVqVz/xAAZEQACAwEAAAAAAAAAAAAAAAABAwAFERD/2gAIAQMBAT8BU+B8rQDu8//E"
            + "AB0RAAICAQUAAAAAAAAAAAAAAAABAhESBBMiYXH/2gAIAQIBAT8ByjVs3I9GnXF+EEsT/8QAGBAAAgMAAAAAAAAAAAAAAAAAARAgMoH/2gAIAQEABj8Cnc"
            + "4v/8QAHRAAAgEEAwAAAAAAAAAAAAAAAAERECExQWFxsf/aAAgBAQABPyEOEXGqM9lgjYkVC60R08FaH//aAAwDAQACAAMAAAAQTN/9/8QAGREBAQEAAwAA"
            + "AAAAAAAAAAAAAREAMVHB/9oACAEDAQE/EH7yznOsWT3Czf/EABsRAQACAgMAAAAAAAAAAAAAAAEAESExUWGR/9oACAECAQE/EKDlvROc9MBRMirrcqMT/8"
            + "QAHBAAAwEBAAMBAAAAAAAAAAAAAAERQSExUYGR/9oACAEBAAE/ELTheDbQrODWXH2Wik/gLM0sEhtvCt/FM8f/2Q=="),
        ["grey"] = ("114e78adc8939b87",
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk"
            + "//wAALCAATABUBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABQQG/8QAJBAAAAYBBAEFAAAAAAAAAAAAAAECAwQRBRITITFBIjJRcXL/2gAIAQEAAD8Ax8LH"
            + "3XAfhYy69IZYxqNHaSEOPgXXAcixDUZJRwn5LyF2ILZIrTq+gTAQkmzMi8DHt5vKPMkaprqTT1tno7/NWKojSNr2kP/Z"),
        ["cmyk"] = ("d4b9fb25ed10be30",
            "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBKUVJP/8"
            + "AAFAgAEwAVBEMRAE0RAFkRAEsRAP/EABkAAAIDAQAAAAAAAAAAAAAAAAAGBAUHA//EAC0QAAEDAwIEBQMFAAAAAAAAAAEAAgMEBREGEiExQUITFDIzYhUi"
            + "sVFSYXHR/9oADgRDAE0AWQBLAAA/AEqz9qU4bP8AFJlBQCoILSTkHrx/j8LTk92ftU6Gz/FMdu0sKja7YM9Rjr/iE7UHsKdHZ/t9KnR6bsjXPjfc6GJ7HF"
            + "rmGZgLSOGCCeGELDrP2pkhs/xVfo+kEwZuGSR1HVCe7P2qdDZ/irOW7VV0rPI2GqMNAGtBmiBY+ZxwTxIDm45YGORJyDhCdqD2FOjs/wBvpXGFmnqOMRMa"
            + "6tcAN3lWh7WcM+okA5z0zyOcIWHWftVrDFH+0Ljpp74tOV80TnRysopXtew4LSGOIII/pCe7P2rDZ9W6hrvD8a7VDdmceCRDz/XZjPLqulPI+g0fWVNG7w"
            + "phsaJG82hz2g4PQ4J4jihO1B7Cr44o9vpCYdK2+k+mAeXZgAfhC//Z"),
    };

    public static TheoryData<string> Kinds => [.. Samples.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Pixels_are_those_of_Pillow(string kind)
    {
        var image = RgbImage.Decode(Convert.FromBase64String(Samples[kind].File), kind);

        Assert.Equal((21, 19), (image.Width, image.Height));
        Assert.Equal(Samples[kind].Pixels, Convert.ToHexStringLower(SHA256.HashData(image.Pixels))[..16]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_part_has_the_pixels_of_the_whole(string kind) => CompareParts(Convert.FromBase64String(Samples[kind].File), 60);

    [Theory]
    [InlineData(SKJpegEncoderDownsample.Downsample420)]
    [InlineData(SKJpegEncoderDownsample.Downsample422)]
    [InlineData(SKJpegEncoderDownsample.Downsample444)]
    public void So_has_a_part_of_a_large_one(SKJpegEncoderDownsample chroma)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(171, 139, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var noise = new byte[bitmap.ByteCount];
        new Random(1).NextBytes(noise);
        Marshal.Copy(noise, 0, bitmap.GetPixels(), noise.Length);
        using var pixels = bitmap.PeekPixels();
        using var file = pixels.Encode(new SKJpegEncoderOptions(80, chroma, SKJpegEncoderAlphaOption.Ignore));

        CompareParts(file.ToArray(), 150);
    }

    private static void CompareParts(byte[] file, int parts)
    {
        var whole = RgbImage.Decode(file, "whole");
        var random = new Random(7);
        for (var round = 0; round < parts; round++)
        {
            var (width, height) = (1 + random.Next(whole.Width), 1 + random.Next(whole.Height));
            var part = new ImagePart(random.Next(whole.Width - width + 1), random.Next(whole.Height - height + 1), width, height);

            var decoded = RgbImage.DecodePart(file, "part", (_, _) => part);

            Assert.Equal((width, height), (decoded.Width, decoded.Height));
            Assert.Equal(whole.Part((_, _) => part).Pixels, decoded.Pixels);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damage_anywhere_gives_an_image_or_one_sentence(string kind)
    {
        var whole = Convert.FromBase64String(Samples[kind].File);
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            byte[] damaged = [.. whole];
            for (var hit = 0; hit <= round % 4; hit++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                RgbImage.Decode(damaged, "damaged.jpg");
            }
            catch (DatasetException refusal)
            {
                Assert.StartsWith("damaged.jpg", refusal.Message, StringComparison.Ordinal);
            }
        }
    }
}
