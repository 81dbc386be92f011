using System.Buffers.Binary;
using System.IO.Compression;

namespace Commission.Hostile.Tests.Families;

/// <summary>Frames of gRPC, right and wrong.</summary>
internal static class Frames
{
    /// <summary>A frame whose flags and length can lie.</summary>
    public static byte[] Of(ReadOnlySpan<byte> body, byte flags = 0, uint? length = null)
    {
        var frame = new byte[5 + body.Length];
        frame[0] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)body.Length);
        body.CopyTo(frame.AsSpan(5));
        return frame;
    }

    /// <summary>Compresses.</summary>
    public static byte[] Gzip(ReadOnlySpan<byte> plain)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }
}
