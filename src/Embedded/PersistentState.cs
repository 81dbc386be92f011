namespace Commission.Embedded;

/// <summary>
/// A named part of a grain's state, injected into its constructor under <see cref="PersistentStateAttribute"/> and
/// read before <see cref="Grain.OnActivateAsync"/>. Writing is the grain's business, and so is not using what could
/// not be written.
/// </summary>
/// <typeparam name="TState">
/// Has a constructor without parameters, for the state of a grain that has no record.
/// </typeparam>
public interface IPersistentState<TState>
{
    /// <summary>The state in memory. Never stored but by <see cref="WriteStateAsync"/>.</summary>
    TState State { get; set; }

    /// <summary>The version of the record that was last read or written; null if there is none.</summary>
    string? Etag { get; }

    /// <summary>Whether the store had a record at the last read or write.</summary>
    bool RecordExists { get; }

    /// <summary>Replaces the state in memory by the stored one, or by a fresh one if there is no record.</summary>
    Task ReadStateAsync(CancellationToken cancellationToken = default);

    /// <summary>Stores the state in memory.</summary>
    /// <exception cref="InconsistentStateException">
    /// The record has another version than ours. Unless the grain handles it, its activation ends with the request.
    /// </exception>
    Task WriteStateAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes the record and makes the state in memory a fresh one.</summary>
    /// <exception cref="InconsistentStateException">The record has another version than ours.</exception>
    Task ClearStateAsync(CancellationToken cancellationToken = default);
}

/// <summary>
/// On a parameter <see cref="IPersistentState{TState}"/> of a grain's constructor: which state, from which store.
/// </summary>
/// <param name="stateName">The name of the state, unique within the grain class.</param>
/// <param name="storageName">The name a store was registered under; null for the one named <c>Default</c>.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
{
    /// <summary>The name of the state, unique within the grain class.</summary>
    public string StateName { get; } = stateName;

    /// <summary>The name a store was registered under; null for the one named <c>Default</c>.</summary>
    public string? StorageName { get; } = storageName;
}
