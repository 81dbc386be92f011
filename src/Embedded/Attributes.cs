namespace Commission.Embedded;

/// <summary>
/// On a grain interface's method: it changes nothing, and may run while other read-only requests await. As long as
/// such requests overlap, those that are not read-only wait.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyAttribute : Attribute;

/// <summary>On a grain interface's method: it may start while any other request of the grain awaits.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AlwaysInterleaveAttribute : Attribute;

/// <summary>
/// On a grain interface's method: the caller does not wait and learns of no failure; failures are logged.
/// A one-way call belongs to no call chain, so a grain may send one to itself.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OneWayAttribute : Attribute;

/// <summary>On a grain class: all its requests may interleave at their awaits; still one turn at a time.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReentrantAttribute : Attribute;

/// <summary>On a grain class: its activations are never collected for being idle.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class KeepAliveAttribute : Attribute;

/// <summary>
/// On a grain class: its activations are collected after this long without use, not after the common age.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CollectionAgeLimitAttribute : Attribute
{
    /// <summary>Hours, added to the minutes; 0 or more.</summary>
    public int Hours { get; set; }

    /// <summary>Minutes, added to the hours; 0 or more.</summary>
    public int Minutes { get; set; }

    /// <summary>The whole limit.</summary>
    internal TimeSpan Age => TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
}

/// <summary>
/// Marks a type that grains exchange. Without effect here, where nothing is serialized between grains.
/// </summary>
[AttributeUsage(
    AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum,
    Inherited = false)]
public sealed class GenerateSerializerAttribute : Attribute;

/// <summary>Numbers a member of an exchanged type. Without effect here.</summary>
/// <param name="id">The number, unique within its type.</param>
[AttributeUsage(
    AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Class
    | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class IdAttribute(uint id) : Attribute
{
    /// <summary>The number, unique within its type.</summary>
    public uint Id { get; } = id;
}

/// <summary>A name that outlives renaming. Without effect here.</summary>
/// <param name="alias">The lasting name.</param>
[AttributeUsage(
    AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum
    | AttributeTargets.Interface | AttributeTargets.Method)]
public sealed class AliasAttribute(string alias) : Attribute
{
    /// <summary>The lasting name.</summary>
    public string Alias { get; } = alias;
}

/// <summary>
/// Promises that a value does not change once passed. Without effect here, where values are passed as they are.
/// </summary>
[AttributeUsage(
    AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Parameter
    | AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ImmutableAttribute : Attribute;

/// <summary>How long a remote caller waits. Without effect here, where no answer can be lost.</summary>
/// <param name="timeout">A <see cref="TimeSpan"/> in invariant text, such as <c>00:00:30</c>.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Interface)]
public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
{
    /// <summary>A <see cref="TimeSpan"/> in invariant text.</summary>
    public string Timeout { get; } = timeout;
}
