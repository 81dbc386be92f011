namespace Commission.Gateway.Grpc;

/// <summary>Base64 as gRPC metadata has it: padded or not.</summary>
internal static class Base64
{
    /// <summary>The decoded bytes, or null if the text is not base64.</summary>
    public static byte[]? Decode(string text)
    {
        var trimmed = text.TrimEnd('=');
        if (trimmed.Length % 4 == 1)
        {
            return null;
        }

        var padded = trimmed.PadRight((trimmed.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out var written) ? bytes[..written] : null;
    }
}
