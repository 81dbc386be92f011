namespace Commission.Grains;

/// <summary>The names under which hosts register storage for grain state.</summary>
public static class GrainStorageNames
{
    /// <summary>All grain state of ours.</summary>
    public const string Default = "commission";
}
