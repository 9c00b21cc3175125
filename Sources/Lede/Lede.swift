@_exported import LedeModel
