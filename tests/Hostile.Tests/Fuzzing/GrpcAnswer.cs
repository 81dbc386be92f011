using System.Text;

namespace Commission.Hostile.Tests.Fuzzing;

/// <summary>How a call by gRPC or gRPC-Web ended.</summary>
/// <param name="HttpStatus">200 for all that is gRPC.</param>
/// <param name="Status">grpc-status; null: there is none.</param>
/// <param name="Message">grpc-message, decoded.</param>
/// <param name="Details">grpc-status-details-bin; null: there are none.</param>
/// <param name="WasLeft">The caller left before the end.</param>
internal sealed record GrpcAnswer(
    int HttpStatus, string? Status = null, string Message = "", string? Details = null, bool WasLeft = false)
{
    private const byte TrailerFlag = 0x80;

    /// <summary>From headers or trailers.</summary>
    public static GrpcAnswer Of(int httpStatus, Func<string, string?> find, bool wasLeft) => new(
        httpStatus,
        find("grpc-status"),
        Uri.UnescapeDataString(find("grpc-message") ?? ""),
        find("grpc-status-details-bin"),
        wasLeft);

    /// <summary>From the last frame of a body of gRPC-Web; null: there is none.</summary>
    public static Dictionary<string, string>? Trailers(ReadOnlySpan<byte> body)
    {
        while (body.Length >= 5)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(body[1..]);
            if (length < 0 || length > body.Length - 5)
            {
                return null;
            }

            if (body[0] == TrailerFlag)
            {
                return Parse(Encoding.ASCII.GetString(body.Slice(5, length)));
            }

            body = body[(5 + length)..];
        }

        return null;
    }

    /// <summary>Decodes pieces of base64, each padded; null: it is none.</summary>
    public static byte[]? Decode(string text)
    {
        var decoded = new List<byte>();
        for (var at = 0; at < text.Length; at += 4)
        {
            var four = new byte[3];
            if (at + 4 > text.Length || !Convert.TryFromBase64Chars(text.AsSpan(at, 4), four, out var written))
            {
                return null;
            }

            decoded.AddRange(four.Take(written));
        }

        return [.. decoded];
    }

    private static Dictionary<string, string> Parse(string text) => text
        .Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(": ", 2))
        .Where(parts => parts.Length == 2)
        .DistinctBy(parts => parts[0])
        .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
}
