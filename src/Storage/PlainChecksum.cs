namespace Commission.Storage;

/// <summary>The stores' checksum for who keeps bytes of its own in them: what other programs call CRC-32C.</summary>
public static class PlainChecksum
{
    /// <summary>Of the bytes of all parts, one after the other, without their lengths.</summary>
    /// <param name="first">The first part.</param>
    /// <param name="then">What follows it; may be empty.</param>
    public static uint Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> then = default)
    {
        var checksum = RecordChecksum.Start();
        checksum.AddPlain(first);
        checksum.AddPlain(then);
        return unchecked((uint)checksum.Value);
    }
}
