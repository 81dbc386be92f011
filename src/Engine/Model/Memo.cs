using System.Runtime.InteropServices;

namespace Commission.Engine;

/// <summary>
/// What follows from the record that holds it, made when it is first asked for: no part of what makes two records
/// equal. Safe for concurrent use where the value is: two threads may make it twice. A copy made by <c>with</c> has
/// that of its original, so a value must tell whether it is the record's own, or hold for both.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct Memo<T> : IEquatable<Memo<T>>
    where T : class
{
    /// <summary>Null until it is made.</summary>
    public T? Value { get; set; }

    /// <inheritdoc/>
    public readonly bool Equals(Memo<T> other) => true;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Memo<T>;

    /// <inheritdoc/>
    public override readonly int GetHashCode() => 0;
}
