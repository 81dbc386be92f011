namespace Commission.Hostile.Tests.Generation;

/// <summary>Makes valid bytes of protobuf wrong, as a hostile client would.</summary>
internal static class WireMutator
{
    private static readonly byte[] HugeVarint = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    private static readonly byte[] EndlessVarint = [.. Enumerable.Repeat((byte)0xff, 20)];
    private static readonly byte[] LongestLength = [0xff, 0xff, 0xff, 0xff, 0x07];
    private static readonly byte[] NegativeLength = [0xff, 0xff, 0xff, 0xff, 0x0f];
    private static readonly byte[] NotUtf8 = [0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf8];

    /// <summary>The bytes with one to four things done to them.</summary>
    public static byte[] Mutate(Random random, byte[] valid)
    {
        var bytes = new List<byte>(valid);
        for (var left = random.Next(1, 5); left > 0; left--)
        {
            Change(random, bytes);
        }

        return [.. bytes];
    }

    private static void Change(Random random, List<byte> bytes)
    {
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(12))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(60))));
                break;
            case 4:
                bytes.InsertRange(at, Words.Pick(random, HugeVarint, EndlessVarint));
                break;
            case 5:
                bytes.InsertRange(at, Words.Pick(random, LongestLength, NegativeLength));
                break;
            case 6:
                bytes.InsertRange(at, NotUtf8);
                break;
            case 7 when at < bytes.Count:
                bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 20)));
                break;
            case 8:
                Nest(random, bytes);
                break;
            case 9:
                // The same small field many times: an empty message, or a number.
                bytes.AddRange(Enumerable.Repeat(Field(random), random.Next(1, 400)).SelectMany(field => field));
                break;
            case 10:
                Retype(random, bytes);
                break;
            default:
                bytes.AddRange(Enumerable.Range(0, random.Next(12)).Select(_ => (byte)random.Next(256)));
                break;
        }
    }

    /// <summary>Puts it into fields within fields.</summary>
    private static void Nest(Random random, List<byte> bytes)
    {
        var isGroup = random.Next(3) == 0;
        var number = random.Next(1, 10);
        for (var left = random.Next(1, 150); left > 0 && bytes.Count < 100_000; left--)
        {
            bytes.InsertRange(0, isGroup ? [(byte)((number << 3) | 3)] : [(byte)((number << 3) | 2), .. Varint(bytes)]);
        }
    }

    private static byte[] Field(Random random)
    {
        var number = random.Next(0, 12) << 3;
        return random.Next(2) == 0 ? [(byte)(number | 2), 0] : [(byte)number, (byte)random.Next(128)];
    }

    /// <summary>Another wire type at the beginning of the message, where there surely is a tag.</summary>
    private static void Retype(Random random, List<byte> bytes)
    {
        if (bytes.Count > 0)
        {
            bytes[0] = (byte)((bytes[0] & 0xf8) | random.Next(8));
        }
    }

    private static IEnumerable<byte> Varint(List<byte> bytes)
    {
        for (var left = bytes.Count; ; left >>= 7)
        {
            if (left < 0x80)
            {
                yield return (byte)left;
                yield break;
            }

            yield return (byte)((left & 0x7f) | 0x80);
        }
    }
}
